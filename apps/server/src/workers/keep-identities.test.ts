import type { NamedRoute, ProviderTarget, ProviderUpstream, RoutingSnapshot } from "@berth/gateway";
import { expect, test } from "vitest";
import { keepIdentities } from "./keep-identities.ts";

const target = (providerId: string, url = "http://a/v1"): ProviderTarget => ({
  providerId,
  provider: providerId,
  kind: "openai-compatible",
  url,
  auth: { kind: "none" },
  options: {},
  maxParallel: null,
  connectMs: null,
  firstTokenMs: null,
});

const upstream = (of: ProviderTarget): ProviderUpstream => ({
  kind: "provider",
  id: `${of.provider}/m`,
  name: "m",
  model: "m",
  task: "text-generation",
  contextTokens: null,
  createdAtMs: 0,
  target: of,
  isDown: false,
  maxOutputTokens: null,
  price: null,
  prompt: null,
  defaults: {},
});

const route = (
  name: string | undefined,
  upstreams: readonly ProviderUpstream[],
  retries = 1,
): NamedRoute => ({
  policy: {
    route: name,
    strategy: "priority",
    retries,
    firstTokenMs: null,
    cache: null,
    logBodies: false,
  },
  upstreams: upstreams.map((one) => ({ upstream: one, weight: 1, group: 0 })),
});

/** A copy, as it comes from another thread. */
function sent(targets: readonly ProviderTarget[], retries = 1): RoutingSnapshot {
  const upstreams = targets.map(upstream);
  return structuredClone({
    version: 1,
    routes: new Map([
      ["r", route("r", upstreams, retries)],
      ["m", route(undefined, upstreams)],
    ]),
    endpoints: new Map([["e", route("e", upstreams)]]),
    patterns: [{ pattern: /^a$/, route: route("p", upstreams) }],
    fallback: route("f", upstreams),
    ports: new Map(),
    anyPath: targets[0],
  });
}

function targetsOf({ routes, endpoints, patterns, fallback }: RoutingSnapshot): readonly ProviderTarget[] {
  const all = [
    ...routes.values(),
    ...endpoints.values(),
    ...patterns.map(({ route: one }) => one),
    fallback!,
  ];
  return all.flatMap((one) => one.upstreams.map(({ upstream: to }) => (to as ProviderUpstream).target));
}

test("what has not changed is the same object as before, wherever it stands", () => {
  const before = sent([target("p"), target("q")]);
  const after = keepIdentities(before, sent([target("p"), target("q", "http://b/v1")]));
  const [p, q] = targetsOf(before);
  expect(targetsOf(after).filter((one) => one === p)).toHaveLength(5);
  expect(targetsOf(after)).not.toContain(q);
  expect(new Set(targetsOf(after)).size).toBe(2);
  expect(after.anyPath).toBe(p);
});

test("of policies, those that have changed are new", () => {
  const before = sent([target("p")]);
  const after = keepIdentities(before, sent([target("p")], 2));
  expect(after.routes.get("m")?.policy).toBe(before.routes.get("m")?.policy);
  expect(after.fallback?.policy).toBe(before.fallback?.policy);
  expect(after.routes.get("r")?.policy.retries).toBe(2);
});

test("nothing but identities changes", () => {
  const now = sent([target("q"), target("p", "http://c/v1")], 3);
  expect(keepIdentities(sent([target("p")]), now)).toEqual(now);
});

test("what is behind a hidden endpoint keeps its targets as well, and so does who answers instead", () => {
  const a = upstream(target("a"));
  const one = { upstream: a, weight: 1, group: 0 };
  const hidden = {
    ...route(undefined, []),
    endpoint: {
      endpointId: "ep-1",
      fullName: "ada/m",
      owner: "ada",
      description: null,
      visibility: "private" as const,
      coldStart: "hold" as const,
      fallback: [one],
    },
    behind: route(undefined, [a]),
  };
  const snapshot: RoutingSnapshot = { ...sent([]), routes: new Map([["m", hidden]]) };
  const before = structuredClone(snapshot);
  const kept = keepIdentities(before, structuredClone(snapshot)).routes.get("m");
  const known = before.routes.get("m");
  const targetsOf = (named: NamedRoute | undefined) =>
    [...(named?.behind?.upstreams ?? []), ...(named?.endpoint?.fallback ?? [])].map(
      (routed) => routed.upstream.kind === "provider" && routed.upstream.target,
    );
  expect(targetsOf(kept)).toHaveLength(2);
  for (const found of targetsOf(kept)) expect(targetsOf(known)).toContain(found);
  expect(kept?.endpoint).toEqual(known?.endpoint);
});
