import type {
  NamedRoute,
  ProviderTarget,
  RoutedUpstream,
  RoutePolicy,
  RoutingSnapshot,
  Upstream,
} from "@berth/gateway";

/**
 * `now` with the targets and policies of `before` where nothing of them has changed. A snapshot that comes from another
 * thread is a copy; what is remembered of a target (a log-in, a found protocol) hangs on the object.
 */
export function keepIdentities(before: RoutingSnapshot, now: RoutingSnapshot): RoutingSnapshot {
  const targets = new Map<string, ProviderTarget>();
  const policies = new Map<string | undefined, RoutePolicy>();
  for (const { policy, upstreams, endpoint } of allRoutes(before).flatMap(withBehind)) {
    policies.set(policy.route, policy);
    for (const { upstream } of [...upstreams, ...(endpoint?.fallback ?? [])])
      if (upstream.kind === "provider") targets.set(upstream.target.providerId, upstream.target);
  }
  if (before.anyPath !== undefined) targets.set(before.anyPath.providerId, before.anyPath);
  const targetOf = once((target: ProviderTarget) => same(target, targets.get(target.providerId)));
  const policyOf = once((policy: RoutePolicy) => same(policy, policies.get(policy.route)));
  const upstreamOf = once((upstream: Upstream): Upstream =>
    upstream.kind === "provider" ? { ...upstream, target: targetOf(upstream.target) } : upstream,
  );
  const routedOf = (routed: readonly RoutedUpstream[]): RoutedUpstream[] =>
    routed.map((one) => ({ ...one, upstream: upstreamOf(one.upstream) }));
  const routeOf = once(({ policy, upstreams, endpoint, behind }: NamedRoute): NamedRoute => ({
    policy: policyOf(policy),
    upstreams: routedOf(upstreams),
    ...(behind === undefined ? {} : { behind: routeOf(behind) }),
    ...(endpoint === undefined ? {} : { endpoint: { ...endpoint, fallback: routedOf(endpoint.fallback) } }),
  }));
  return {
    ...now,
    routes: new Map([...now.routes].map(([name, route]) => [name, routeOf(route)])),
    endpoints: new Map([...now.endpoints].map(([name, route]) => [name, routeOf(route)])),
    patterns: now.patterns.map(({ pattern, route }) => ({ pattern, route: routeOf(route) })),
    fallback: now.fallback && routeOf(now.fallback),
    anyPath: now.anyPath && targetOf(now.anyPath),
  };
}

function allRoutes({ routes, endpoints, patterns, fallback }: RoutingSnapshot): readonly NamedRoute[] {
  const all = [...routes.values(), ...endpoints.values(), ...patterns.map(({ route }) => route)];
  return fallback === undefined ? all : [...all, fallback];
}

function withBehind(route: NamedRoute): readonly NamedRoute[] {
  return route.behind === undefined ? [route] : [route, ...withBehind(route.behind)];
}

function same<T>(now: T, before: T | undefined): T {
  return before !== undefined && JSON.stringify(now) === JSON.stringify(before) ? before : now;
}

/** Objects that are shared in what comes in are shared in what goes out. */
function once<T extends object>(make: (one: T) => T): (one: T) => T {
  const made = new Map<T, T>();
  return (one) => {
    const known = made.get(one);
    if (known !== undefined) return known;
    const result = make(one);
    made.set(one, result);
    return result;
  };
}
