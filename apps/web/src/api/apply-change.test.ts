import type { Download, Endpoint, Service, ServiceEvent } from "@berth/api";
import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { typicalEndpoints } from "../../mock/seed-endpoints.ts";
import { service } from "../../mock/seed-services.ts";
import { applyChange, distrustCache } from "./apply-change.ts";
import { queryKeys } from "./queries.ts";

let queries: QueryClient;
const heron = service(0, { id: "aa", name: "heron" });
const tern = service(0, { id: "bb", name: "tern" });

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(queryKeys.services, [heron, tern]);
  queries.setQueryData([...queryKeys.oneService, "heron"], heron);
  queries.setQueryData(queryKeys.callable, []);
});

const names = (): (string | undefined)[] =>
  (queries.getQueryData<Service[]>(queryKeys.services) ?? []).map((one) => `${one.name} ${one.status}`);
const isStale = (queryKey: readonly string[]): boolean =>
  queries.getQueryState(queryKey)?.isInvalidated === true;

test("a changed service keeps its place, in the list and on its own page", () => {
  applyChange(queries, { type: "service", service: { ...heron, status: "UNHEALTHY" } });
  expect(names()).toEqual(["heron UNHEALTHY", "tern HEALTHY"]);
  expect(queries.getQueryData<Service>([...queryKeys.oneService, "heron"])?.status).toBe("UNHEALTHY");
});

test("a new service comes last", () => {
  applyChange(queries, { type: "service", service: { ...heron, id: "cc", name: "gull" } });
  expect(names().at(-1)).toBe("gull HEALTHY");
});

test("what can be called is asked again only when a state changed", () => {
  applyChange(queries, { type: "service", service: { ...heron, inFlight: 3 } });
  expect(isStale(queryKeys.callable)).toBe(false);
  applyChange(queries, { type: "service", service: { ...heron, status: "STOPPED" } });
  expect(isStale(queryKeys.callable)).toBe(true);
});

test("a removed service is gone from the list", () => {
  applyChange(queries, { type: "service-removed", id: "aa" });
  expect(names()).toEqual(["tern HEALTHY"]);
});

test("an event told twice stands once", () => {
  const event: ServiceEvent = {
    id: 7,
    serviceId: "aa",
    at: 1,
    status: "HEALTHY",
    message: "Ready",
    evidence: {},
  };
  const key = [...queryKeys.serviceEvents, "aa"];
  queries.setQueryData(key, []);
  applyChange(queries, { type: "service-event", event });
  applyChange(queries, { type: "service-event", event });
  applyChange(queries, { type: "service-event", event: { ...event, id: 8, serviceId: "bb" } });
  expect(queries.getQueryData(key)).toEqual([event]);
});

test("a list nobody has read stays unread", () => {
  applyChange(queries, { type: "download", download: { id: "dl" } as Download });
  expect(queries.getQueryData(queryKeys.downloads)).toBeUndefined();
});

test("a changed endpoint is changed in the list and on its own page, by whatever name that was opened", () => {
  const [summaries, asleep] = typicalEndpoints(0).endpoints as [Endpoint, Endpoint];
  queries.setQueryData(queryKeys.endpoints, [summaries, asleep]);
  queries.setQueryData([...queryKeys.oneEndpoint, "ada/summaries"], summaries);
  applyChange(queries, { type: "endpoint", endpoint: { ...summaries, status: "PAUSED" } });
  expect(isStale(queryKeys.callable)).toBe(true);
  const listed = queries.getQueryData<Endpoint[]>(queryKeys.endpoints);
  expect(listed?.map(({ status }) => status)).toEqual(["PAUSED", "SCALED_DOWN"]);
  const own = queries.getQueryData<Endpoint>([...queryKeys.oneEndpoint, "ada/summaries"]);
  expect(own?.status).toBe("PAUSED");
  applyChange(queries, { type: "endpoint-removed", id: summaries.id });
  expect(queries.getQueryData<Endpoint[]>(queryKeys.endpoints)).toEqual([asleep]);
});

test("what an endpoint did is read again, of that endpoint alone", () => {
  const keys = (["endpointEvents", "deployments", "replicas", "moments"] as const).map(
    (name) => queryKeys[name],
  );
  for (const key of keys) for (const id of ["ep_1", "ep_2"]) queries.setQueryData([...key, id], []);
  const event = {
    id: 1,
    endpointId: "ep_1",
    at: 0,
    kind: "scaling",
    message: "0 → 1",
    evidence: {},
  } as const;
  applyChange(queries, { type: "endpoint-event", event });
  expect(keys.map((key) => isStale([...key, "ep_1"]))).toEqual([true, true, true, true]);
  expect(keys.map((key) => isStale([...key, "ep_2"]))).toEqual([false, false, false, false]);
});

test("a replica's change shows among the replicas, and makes no other service one", () => {
  const key = [...queryKeys.replicas, "ep_1"];
  queries.setQueryData(key, [heron]);
  applyChange(queries, { type: "service", service: { ...heron, status: "STARTING" } });
  applyChange(queries, { type: "service", service: tern });
  expect(queries.getQueryData<Service[]>(key)?.map((one) => `${one.name} ${one.status}`)).toEqual([
    "heron STARTING",
  ]);
});

test.each([
  [{ type: "jobs", endpointId: "ep_1" }, queryKeys.jobs],
  [{ type: "secrets" }, queryKeys.secrets],
  [{ type: "hardware-presets" }, queryKeys.presets],
] as const)("%o is read again", (change, key) => {
  queries.setQueryData(key, []);
  applyChange(queries, change);
  expect(isStale(key)).toBe(true);
});

test.each(["models", "profiles", "keys", "providers", "routes", "conversations"] as const)(
  "%s are read again",
  (type) => {
    const key = queryKeys[type];
    queries.setQueryData(key, []);
    applyChange(queries, { type });
    expect(isStale(key)).toBe(true);
  },
);

test.each(["providers", "routes"] as const)("what can be called follows the %s", (type) => {
  queries.setQueryData(queryKeys.routes, []);
  applyChange(queries, { type });
  expect(isStale(queryKeys.callable)).toBe(true);
  expect(isStale(queryKeys.routes)).toBe(true);
});

test("after a gap everything is distrusted but the session and open chats", () => {
  queries.setQueryData(queryKeys.session, {});
  queries.setQueryData([...queryKeys.oneConversation, "c1"], {});
  distrustCache(queries);
  expect(isStale(queryKeys.services)).toBe(true);
  expect(isStale(queryKeys.session)).toBe(false);
  expect(isStale([...queryKeys.oneConversation, "c1"])).toBe(false);
});
