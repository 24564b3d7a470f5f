import { describe, expect, test } from "vitest";
import { provider, starting, upstream } from "../gateway-rig.ts";
import type { RoutedUpstream, RoutePolicy, Upstream } from "../ports.ts";
import { chooseUpstream, type Sight } from "./choose-upstream.ts";
import { upstreamId } from "./upstream-id.ts";

const ready = (serviceId: string): Upstream => upstream({ serviceId, url: `http://${serviceId}` });
const slow = (serviceId: string): Upstream => upstream({ serviceId, state: starting() });
const gone = (serviceId: string): Upstream =>
  upstream({ serviceId, state: { kind: "unavailable", reason: "ended" } });
const elsewhere = (id: string, isDown = false): Upstream => provider({ id, isDown });

interface World {
  readonly strategy?: RoutePolicy["strategy"];
  readonly outstanding?: Readonly<Record<string, number>>;
  readonly full?: readonly string[];
  readonly open?: readonly string[];
  readonly tried?: readonly string[];
  readonly chance?: number;
  readonly cost?: Readonly<Record<string, number>>;
  readonly knowers?: readonly string[];
  readonly groups?: readonly number[];
  readonly weights?: readonly number[];
}

function chosen(upstreams: readonly Upstream[], world: World): string {
  const routed: RoutedUpstream[] = upstreams.map((one, at) => ({
    upstream: one,
    group: world.groups?.[at] ?? 0,
    weight: world.weights?.[at] ?? 1,
  }));
  const policy: RoutePolicy = {
    route: "r",
    strategy: world.strategy ?? "least-outstanding",
    retries: 1,
    firstTokenMs: null,
    cache: null,
    logBodies: false,
  };
  const sight: Sight = {
    outstanding: (one) => world.outstanding?.[upstreamId(one)] ?? 0,
    isFull: (one) => world.full?.includes(upstreamId(one)) === true,
    isOpen: (one) => world.open?.includes(upstreamId(one)) === true,
    tried: world.tried ?? [],
    chance: () => world.chance ?? 0,
    costUsd: (one) => world.cost?.[upstreamId(one)],
    knowers: () => world.knowers ?? [],
  };
  const choice = chooseUpstream({ policy, upstreams: routed }, sight);
  switch (choice.kind) {
    case "send":
      return `send ${upstreamId(choice.upstream)}`;
    case "hold":
      return `hold ${choice.upstreams.map(({ serviceId }) => serviceId).join()}`;
    case "refuse":
      return `refuse ${choice.error.code}`;
  }
}

const [a, b, c] = [ready("a"), ready("b"), ready("c")];

// one row, one line
// oxfmt-ignore
describe("chooses", () => {
  test.for<[string, Upstream[], World, string]>([
    ["the first at a tie", [a, b], {}, "send a"],
    ["the one with fewer outstanding", [a, b], { outstanding: { a: 2, b: 1 } }, "send b"],
    ["the ready one, however busy", [slow("a"), b, gone("c")], { outstanding: { b: 99 } }, "send b"],
    ["another than the one that failed", [a, b], { outstanding: { b: 99 }, tried: ["a"] }, "send b"],
    ["the one that failed when it is the only one", [a, slow("b")], { tried: ["a"] }, "send a"],
    ["waiting when none is ready", [gone("a"), slow("b"), slow("c")], {}, "hold b,c"],
    ["refusing when none will be", [gone("a"), gone("b")], {}, "refuse service_unavailable"],
    ["the first group that can answer", [slow("a"), b, elsewhere("p/x")], { groups: [0, 1, 2] }, "send b"],
    ["a fallback when all before have failed", [a, elsewhere("p/x")], { groups: [0, 1], tried: ["a"] }, "send p/x"],
    ["one that is well before one left alone", [a, b], { open: ["a"], outstanding: { b: 9 } }, "send b"],
    ["one of a later group before one left alone", [a, b], { open: ["a"], groups: [0, 1] }, "send b"],
    ["one left alone rather than nobody", [a, b], { open: ["a", "b"] }, "send a"],
    ["a provider that is up before one that is down", [elsewhere("p/x", true), elsewhere("q/x")], {}, "send q/x"],
    ["a provider that is down rather than nobody", [elsewhere("p/x", true)], {}, "send p/x"],
    ["somebody else when a provider is full", [elsewhere("p/x"), elsewhere("q/x")], { full: ["p/x"] }, "send q/x"],
    ["refusing when all are full", [elsewhere("p/x")], { full: ["p/x"] }, "refuse rate_limited"],
    ["the first by priority, however busy", [a, b], { strategy: "priority", outstanding: { a: 9 } }, "send a"],
    ["the cheapest", [a, b, c], { strategy: "lowest-cost", cost: { a: 3, b: 1, c: 2 } }, "send b"],
    ["one with a price before one without", [a, b], { strategy: "lowest-cost", cost: { b: 9 } }, "send b"],
    ["by weight, low chance", [a, b], { strategy: "weighted", weights: [1, 3], chance: 0.24 }, "send a"],
    ["by weight, high chance", [a, b], { strategy: "weighted", weights: [1, 3], chance: 0.26 }, "send b"],
    ["by weight, highest chance", [a, b], { strategy: "weighted", weights: [1, 3], chance: 0.9999999 }, "send b"],
    ["who knows the conversation", [a, b], { strategy: "prefix-affine", knowers: ["b"] }, "send b"],
    ["who knows most of it and has room", [a, b, c], { strategy: "prefix-affine", knowers: ["b", "c"], outstanding: { b: 9 } }, "send c"],
    ["the least busy when nobody knows it", [a, b], { strategy: "prefix-affine", outstanding: { a: 1 } }, "send b"],
  ])("%s", ([, upstreams, world, expected]) => {
    expect(chosen(upstreams, world)).toBe(expected);
  });
});

test("weights are met in the long run", () => {
  const counts = { a: 0, b: 0 };
  for (let at = 0; at < 1000; at += 1) {
    const who = chosen([a, b], { strategy: "weighted", weights: [1, 3], chance: at / 1000 });
    if (who === "send a") counts.a += 1;
    else counts.b += 1;
  }
  expect(counts).toEqual({ a: 250, b: 750 });
});
