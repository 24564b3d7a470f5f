import { BerthError } from "@berth/api";
import type { NamedRoute, RoutedUpstream, Upstream } from "../ports.ts";
import {
  isFailing,
  isReady,
  isStarting,
  upstreamId,
  type ReadyUpstream,
  type StartingService,
} from "./upstream-id.ts";

/** What to do with a request, as its upstreams stand now. */
export type Choice =
  | { readonly kind: "send"; readonly upstream: ReadyUpstream }
  /** Nobody is ready; the first is the one told of: if its starts fail, so do those of all. */
  | { readonly kind: "hold"; readonly upstreams: readonly [StartingService, ...StartingService[]] }
  | { readonly kind: "refuse"; readonly error: BerthError };

/** What a choice looks at beside the route. */
export interface Sight {
  outstanding(upstream: Upstream): number;
  isFull(upstream: Upstream): boolean;
  /** Left alone for a while. */
  isOpen(upstream: Upstream): boolean;
  /** Have failed for this request. */
  readonly tried: readonly string[];
  /** 0 to 1. */
  chance(): number;
  /** US dollars that the request may cost there; `undefined` where there is no price. */
  costUsd(upstream: Upstream): number | undefined;
  /** Ids of those that have seen the beginning of the conversation, the one that has seen most first. */
  knowers(): Iterable<string>;
}

/** How much more than its share the upstream that knows a conversation may have to do. */
const affinityBound = 1.25;

/**
 * Of the first group that has somebody who can answer now, whom the strategy says. Those that are left alone or down come
 * after all others, those that have failed for this request last. Nobody ready: wait for those that are starting.
 * `upstreams` is not empty.
 */
export function chooseUpstream({ policy, upstreams }: NamedRoute, sight: Sight): Choice {
  const [only] = upstreams;
  // most names: there is nothing to choose
  if (upstreams.length === 1 && only !== undefined && isReadyOne(only) && !sight.isFull(only.upstream))
    return { kind: "send", upstream: only.upstream };
  const ready = upstreams.filter(isReadyOne);
  const untried =
    sight.tried.length === 0
      ? ready
      : ready.filter(({ upstream }) => !sight.tried.includes(upstreamId(upstream)));
  const free = untried.filter(({ upstream }) => !sight.isFull(upstream));
  const fit = free.filter(({ upstream }) => !sight.isOpen(upstream) && !isDown(upstream));
  const pool = [fit, free, untried.length === 0 ? ready : []].find(({ length }) => length > 0);
  if (pool !== undefined) {
    const group = Math.min(...pool.map(({ group }) => group));
    return {
      kind: "send",
      upstream: byStrategy(
        policy.strategy,
        pool.filter((one) => one.group === group),
        sight,
      ),
    };
  }
  const [first, ...others] = upstreams
    .map(({ upstream }) => upstream)
    .filter(isStarting)
    // who has a chance comes first
    .toSorted((a, b) => Number(isFailing(a)) - Number(isFailing(b)));
  if (first !== undefined) return { kind: "hold", upstreams: [first, ...others] };
  return { kind: "refuse", error: untried.length > 0 ? full(untried) : unavailable(upstreams) };
}

type ReadyOne = RoutedUpstream & { readonly upstream: ReadyUpstream };

function isReadyOne(one: RoutedUpstream): one is ReadyOne {
  return isReady(one.upstream);
}

function isDown(upstream: Upstream): boolean {
  return upstream.kind === "provider" && upstream.isDown;
}

function byStrategy(
  strategy: NamedRoute["policy"]["strategy"],
  pool: readonly ReadyOne[],
  sight: Sight,
): ReadyUpstream {
  const [first] = pool;
  if (first === undefined) throw new TypeError("there is nobody to choose from");
  if (pool.length === 1) return first.upstream;
  switch (strategy) {
    case "priority":
      return first.upstream;
    case "least-outstanding":
      return least(pool, (upstream) => sight.outstanding(upstream));
    case "lowest-cost":
      return least(pool, (upstream) => sight.costUsd(upstream) ?? Number.MAX_VALUE);
    case "weighted":
      return byWeight(pool, sight.chance());
    case "prefix-affine":
      return byPrefix(pool, sight);
  }
}

/** The earlier at a tie. */
function least(pool: readonly ReadyOne[], of: (upstream: Upstream) => number): ReadyUpstream {
  let best = pool[0]!.upstream;
  let bestValue = of(best);
  for (const { upstream } of pool) {
    const value = of(upstream);
    if (value < bestValue) {
      best = upstream;
      bestValue = value;
    }
  }
  return best;
}

function byWeight(pool: readonly ReadyOne[], chance: number): ReadyUpstream {
  let left = chance * pool.reduce((sum, { weight }) => sum + weight, 0);
  for (const { upstream, weight } of pool) {
    left -= weight;
    if (left < 0) return upstream;
  }
  return pool.at(-1)!.upstream;
}

function byPrefix(pool: readonly ReadyOne[], sight: Sight): ReadyUpstream {
  const total = pool.reduce((sum, { upstream }) => sum + sight.outstanding(upstream), 0);
  const bound = Math.ceil((affinityBound * (total + 1)) / pool.length);
  for (const id of sight.knowers()) {
    const knower = pool.find(({ upstream }) => upstreamId(upstream) === id)?.upstream;
    if (knower !== undefined && sight.outstanding(knower) < bound) return knower;
  }
  return least(pool, (upstream) => sight.outstanding(upstream));
}

function full(upstreams: readonly ReadyOne[]): BerthError {
  const names = upstreams.map(({ upstream }) => `\`${upstream.name}\``).join(", ");
  return new BerthError("rate_limited", `as many requests as ${names} may have at once are under way`, {
    param: "model",
    details: { retryAfterSeconds: 1 },
  });
}

function unavailable(upstreams: readonly RoutedUpstream[]): BerthError {
  const first = upstreams[0]?.upstream;
  const reason =
    first?.kind === "service" && first.state.kind === "unavailable" ? first.state.reason : "it has ended";
  const more = upstreams.length > 1 ? ` (and ${upstreams.length - 1} more)` : "";
  return new BerthError(
    "service_unavailable",
    `the service \`${first?.name}\`${more} cannot answer: ${reason}`,
    { param: "model", details: { service: first?.name, reason } },
  );
}
