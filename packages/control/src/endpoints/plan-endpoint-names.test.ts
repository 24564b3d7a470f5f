import { defaultQueueRules, defaultScaling, type EndpointTemplate } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { expect, test } from "vitest";
import { planNames } from "../controllers/plan-names.ts";
import { planRoutes } from "../controllers/plan-routes.ts";
import { route, routed } from "../testing/provider-parts.ts";
import { serviceRow } from "../testing/service-row.ts";
import { planEndpointNames, type RoutedEndpointRow } from "./plan-endpoint-names.ts";

function endpoint(given: Partial<EndpointRow> = {}): RoutedEndpointRow {
  const row: EndpointRow = {
    id: "ep-1",
    owner: "ada",
    name: "chat",
    description: null,
    visibility: "private",
    scaling: defaultScaling,
    queue: defaultQueueRules,
    fallback: null,
    coldStart: "hold",
    configuration: {
      template: { model: "berth/pilot" },
      profiles: ["here"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
    currentDeployment: 1,
    nextDeployment: null,
    formerNames: [],
    isPaused: false,
    isDeleted: false,
    createdAt: 1,
    updatedAt: 1,
    ...given,
  };
  return { row, replicas: [], absence: { kind: "starting", reason: "soon", expectedReadyAtMs: undefined } };
}

const nobody = () => [];
const services = (name: string, model = "berth/pilot") =>
  planRoutes([
    {
      row: serviceRow({ id: `id-${name}`, name, model, port: null, status: "SUBMITTED" }),
      fact: undefined,
      expectedReadyAtMs: undefined,
    },
  ]);
const none = planRoutes([]);

test("an endpoint has its id, its full name and its short one, and full former ones", () => {
  const { routes, endpoints } = planEndpointNames([endpoint({ formerNames: ["talk"] })], nobody);
  expect([...routes.keys()].toSorted()).toEqual(["ada/chat", "ada/talk", "chat", "ep-1"]);
  expect([...endpoints.keys()].toSorted()).toEqual(["ada/chat", "ada/talk"]);
});

test.each([
  [null, undefined],
  [2, 2],
])("with a concurrency of %j, its replicas are sent %j requests at once", (concurrency, atOnce) => {
  const [replica] = services("chat").routes.get("chat")?.upstreams ?? [];
  if (replica?.upstream.kind !== "service") throw new Error("there is no replica");
  const given = {
    ...endpoint({ scaling: { ...defaultScaling, concurrency } }),
    replicas: [replica.upstream],
  };
  const upstreams = planEndpointNames([given], nobody).routes.get("chat")?.upstreams ?? [];
  expect(upstreams.map(({ upstream }) => "atOnce" in upstream && upstream.atOnce)).toEqual([atOnce ?? false]);
});

test.each<[string, EndpointTemplate | null, boolean]>([
  ["a model", { model: "berth/pilot" }, false],
  ["a program", { command: { argv: ["my-server"] } }, true],
  [
    "a handler",
    { handler: { language: "python", source: { kind: "url", url: "https://example.org/a.py" } } },
    true,
  ],
  ["a pipeline", { image: "pipeline", model: "org/labels" }, true],
  ["nothing that is launched", null, false],
])("whether an endpoint of %s takes any path is known without a replica", (_fact, template, anyPath) => {
  const made = endpoint();
  const configuration = { ...made.row.configuration, template };
  const { endpoints } = planEndpointNames([{ ...made, row: { ...made.row, configuration } }], nobody);
  expect(endpoints.get("ada/chat")?.upstreams).toMatchObject([{ upstream: { anyPath } }]);
});

test("a former name is whose it is now", () => {
  const { endpoints } = planEndpointNames(
    [endpoint({ name: "talk", formerNames: ["chat"] }), endpoint({ id: "ep-2" })],
    nobody,
  );
  expect(endpoints.get("ada/chat")?.endpoint?.endpointId).toBe("ep-2");
});

test("of one short name the first comes first, and the next is behind it for those who do not see it", () => {
  const { routes } = planEndpointNames(
    [
      endpoint(),
      endpoint({ id: "ep-2", owner: "bob", visibility: "public" }),
      endpoint({ id: "ep-3", owner: "eve" }),
    ],
    nobody,
  );
  const named = routes.get("chat");
  expect([named, named?.behind, named?.behind?.behind].map((one) => one?.endpoint?.endpointId)).toEqual([
    "ep-1",
    "ep-2",
    // everybody sees the second
    undefined,
  ]);
});

test("no endpoint takes another one's id as its name", () => {
  const stealing = [endpoint({ id: "ep-9", name: "ep-1" }), endpoint()];
  for (const rows of [stealing, stealing.toReversed()])
    expect(planEndpointNames(rows, nobody).routes.get("ep-1")?.endpoint?.endpointId).toBe("ep-1");
});

test.each([
  ["deleted", { isDeleted: true }],
  [
    "for workers alone",
    {
      configuration: { template: null, profiles: ["here"], hardware: null, secrets: [], hubSecret: null },
      currentDeployment: null,
    },
  ],
])("one that is %s has no name", (_, given) => {
  expect(planEndpointNames([endpoint(given)], nobody).routes.size).toBe(0);
});

test("what was deployed answers, also when the next deployment is to be for workers alone", () => {
  const configuration = { template: null, profiles: ["here"], hardware: null, secrets: [], hubSecret: null };
  expect(planEndpointNames([endpoint({ configuration })], nobody).routes.size).toBe(3);
});

test("an endpoint goes before a model and a provider's model, and is in front of what it hides", () => {
  const cloud = routed({ id: "pv", name: "ada", models: [{ name: "chat" }] });
  const names = planNames(services("quiet-heron", "chat"), [cloud], [], [endpoint()]);
  expect(names.routes.get("chat")?.endpoint?.endpointId).toBe("ep-1");
  expect(names.routes.get("chat")?.behind?.upstreams[0]?.upstream.name).toBe("quiet-heron");
  expect(names.routes.get("ada/chat")?.behind?.upstreams[0]?.upstream).toMatchObject({ id: "ada/chat" });
});

test("a public endpoint hides nothing, since everybody sees it", () => {
  const names = planNames(services("quiet-heron", "chat"), [], [], [endpoint({ visibility: "public" })]);
  expect(names.routes.get("chat")?.behind).toBeUndefined();
});

test("but not before a service of that name, nor before a configured route", () => {
  const names = planNames(services("chat"), [], [], [endpoint()]);
  expect(names.routes.get("chat")?.endpoint).toBeUndefined();
  expect(names.routes.get("ada/chat")?.endpoint?.endpointId).toBe("ep-1");
  const configured = planNames(none, [], [route({ targets: [{ model: "ep-1" }] })], [endpoint()]);
  expect(configured.routes.get("chat")?.policy.route).toBe("chat");
});

test("who answers instead is never an endpoint", () => {
  const cloud = routed({ id: "pv", name: "cloud", models: [{ name: "gpt" }] });
  const fallback = (of: string) =>
    planNames(none, [cloud], [], [endpoint({ fallback: of }), endpoint({ id: "ep-2", owner: "bob" })])
      .endpoints.get("ada/chat")
      ?.endpoint?.fallback.map(({ upstream }) => upstream.name);
  expect(fallback("cloud/gpt")).toEqual(["gpt"]);
  for (const circle of ["bob/chat", "ada/chat", "nothing"]) expect(fallback(circle)).toEqual([]);
});
