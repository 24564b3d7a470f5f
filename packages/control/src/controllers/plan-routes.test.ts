import type { Service } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import { describe, expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import type { LiveFact } from "./live-facts.ts";
import { planRoutes, type RoutedService } from "./plan-routes.ts";
import { stateAt } from "../testing/state-at.ts";

let count = 0;

function service(
  given: Partial<Service>,
  row: Partial<ServiceRow> = {},
  expectedReadyAtMs?: number,
): RoutedService {
  const id = given.id ?? `id${(count += 1)}`;
  const made = serviceRow(
    { id, name: `name-${id}`, port: null, createdAt: count, updatedAt: 1_000, ...given },
    { attempt: 1, ...row },
  );
  const fact: LiveFact = {
    launchId: `${id}-1`,
    address: { url: `http://${id}` },
    transport: null,
    job: null,
    expectedStartAt: null,
    inFlight: 0,
    lastActivityAt: null,
    memoryMiB: null,
    progress: undefined,
    probe: { outcome: "none", streak: 0 },
  };
  return { row: made, fact, expectedReadyAtMs };
}

const names = (services: RoutedService[], name: string): string[] | undefined =>
  planRoutes(services)
    .routes.get(name)
    ?.upstreams.map(({ upstream }) => upstream.name);

describe("a name leads", () => {
  test("to the service that bears it as name or id, and to the model's services", () => {
    const { routes } = planRoutes([service({ id: "abc", name: "pilot", status: "HEALTHY" })]);
    expect([...routes.keys()].toSorted()).toEqual(["abc", "berth/pilot", "pilot"]);
  });

  const well = service({ name: "well", status: "HEALTHY" });
  const alsoWell = service({ name: "also-well", status: "HEALTHY" });
  const ill = service({ name: "ill", status: "UNHEALTHY" });
  const early = service({ name: "early", status: "STARTING" });
  const going = service({ name: "going", status: "STOPPING" });
  const failed = service({ name: "failed", status: "FAILED", updatedAt: 5 });
  const stopped = service({ name: "stopped", status: "STOPPED", updatedAt: 9 });

  test.each([
    ["to healthy services, the oldest first", [alsoWell, well], ["well", "also-well"]],
    ["to healthy ones before starting ones", [early, well], ["well", "early"]],
    ["not to an unhealthy one while there is a healthy one", [ill, well], ["well"]],
    ["to an unhealthy one rather than to none", [ill, early], ["ill", "early"]],
    ["to a starting one rather than to an ended one", [stopped, early], ["early"]],
    ["not to one that stops while another starts", [going, early], ["early"]],
    ["to the one that stops rather than to one that ended", [stopped, going], ["going"]],
    ["to the one that ended last when nothing lives", [stopped, failed], ["stopped"]],
  ])("%s", (_fact, services, expected) => {
    expect(names(services, "berth/pilot")).toEqual(expected);
  });

  test("to the service of that name before services of a model of that name", () => {
    const bearer = service({ name: "pilot", model: "other", status: "HEALTHY" });
    const server = service({ name: "x", model: "pilot", status: "HEALTHY" });
    expect(names([server, bearer], "pilot")).toEqual(["pilot"]);
  });

  test("to services of a model of that name when the bearer has ended", () => {
    const bearer = service({ name: "pilot", model: "other", status: "STOPPED" });
    const server = service({ name: "x", model: "pilot", status: "HEALTHY" });
    expect(names([server, bearer], "pilot")).toEqual(["x"]);
  });

  test("to a command by its own name when it serves no model by name", () => {
    expect(names([service({ name: "mine", model: null, status: "HEALTHY" })], "mine")).toEqual(["mine"]);
  });
});

describe("an upstream", () => {
  const stateOf = (routed: RoutedService) => stateAt(planRoutes([routed]), routed.row.service.id);

  // one row, one line
  // oxfmt-ignore
  test.each([
    ["healthy: ready, with the secret", service({ id: "a", status: "HEALTHY" }), { kind: "ready", address: { url: "http://a" }, secret: expect.stringMatching(/^[\w-]{43}$/) }],
    ["unhealthy: still where it was", service({ id: "a", status: "UNHEALTHY" }), { kind: "ready", address: { url: "http://a" } }],
    ["healthy, not found yet by a new server: held", { ...service({ id: "a", status: "HEALTHY" }), fact: undefined }, { kind: "starting", reason: "it is being looked for" }],
    ["healthy, known only by its last launch: held", service({ id: "a", status: "HEALTHY" }, { attempt: 2 }), { kind: "starting" }],
    ["ordered: held until it is expected", service({ status: "SUBMITTED" }, {}, 4_000), { kind: "starting", expectedReadyAtMs: 4_000 }],
    ["backing off: held, with the reason", service({ status: "PENDING", statusReason: "failure 1 of 5", retryAt: 9_000 }, {}, 4_000), { kind: "starting", reason: "failure 1 of 5", expectedReadyAtMs: 4_000 }],
    ["starting, never seen before: nobody knows until when", service({ status: "STARTING" }), { kind: "starting", reason: "it is starting", expectedReadyAtMs: undefined }],
    ["stopping: refused", service({ name: "n", status: "STOPPING" }), { kind: "unavailable", reason: "service n is stopping" }],
    ["failed: refused with the reason and the way out", service({ name: "n", status: "FAILED", statusReason: "exit code 1" }), { kind: "unavailable", reason: 'service n is FAILED: exit code 1; "berth restart n" starts it again, "berth logs n" shows its log' }],
  ])("that is %s", (_fact, routed, state) => {
    expect(stateOf(routed)).toMatchObject(state);
  });

  test("that is a pipeline takes any path: it is called by /predict", () => {
    const { routes } = planRoutes([
      service({ id: "p", engine: "transformers-js", image: "pipeline", status: "HEALTHY" }),
    ]);
    expect(routes.get("p")?.upstreams[0]?.upstream).toMatchObject({ anyPath: true });
  });

  test.each(["command", "handler"] as const)("that is a %s takes any path", (engine) => {
    const { routes } = planRoutes([service({ id: "c", engine, status: "HEALTHY" })]);
    expect(routes.get("c")?.upstreams[0]?.upstream).toMatchObject({ anyPath: true, takesUploads: true });
    const whisper = planRoutes([service({ id: "w", engine: "whisper", status: "HEALTHY" })]);
    expect(whisper.routes.get("w")?.upstreams[0]?.upstream).toMatchObject({ takesUploads: false });
  });

  test("tells its adapters apart from others", () => {
    const lora = [
      { path: "/a.gguf", scale: 1 },
      { path: "/b.gguf", scale: 0.5 },
    ];
    const { routes } = planRoutes([service({ id: "t", options: { lora } }), service({ id: "plain" })]);
    expect(routes.get("t")?.upstreams[0]?.upstream).toMatchObject({ adapters: "/a.gguf=1 /b.gguf=0.5" });
    expect(routes.get("plain")?.upstreams[0]?.upstream).not.toHaveProperty("adapters");
  });
});

test("ports lead to live services only", () => {
  const { ports } = planRoutes([
    service({ name: "old", port: 8080, status: "STOPPED" }),
    service({ name: "new", port: 8080, status: "STARTING" }),
    service({ name: "gone", port: 8081, status: "FAILED" }),
  ]);
  expect([...ports].map(([port, { name }]) => [port, name])).toEqual([[8080, "new"]]);
});
