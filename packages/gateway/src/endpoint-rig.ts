import type { ColdStart, NamedRoute, RoutePolicy } from "@berth/api";
import type { RoutingSnapshot, ServiceUpstream, Upstream } from "./ports.ts";
import { starting, upstream } from "./gateway-rig.ts";

/** An endpoint of a test: what is not given is Ada's private `chat`, with no replica. */
export interface TestEndpoint {
  readonly id?: string;
  readonly owner?: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly visibility?: "public" | "internal" | "private";
  readonly replicas?: readonly ServiceUpstream[];
  readonly former?: readonly string[];
  readonly fallback?: readonly Upstream[];
  readonly coldStart?: ColdStart;
  readonly state?: ServiceUpstream["state"];
}

const policy: RoutePolicy = {
  route: undefined,
  strategy: "least-outstanding",
  retries: 1,
  firstTokenMs: null,
  cache: null,
  logBodies: false,
};

/** A replica that is ready at the address, or starting. */
export function replica(id: string, url?: string): ServiceUpstream {
  return upstream({ serviceId: id, name: `chat.${id}`, ...(url === undefined ? {} : { url }) });
}

/** The parts of a snapshot that endpoints have, as the control plane makes them, beside `others`. */
export function endpointNames(
  endpoints: readonly TestEndpoint[],
  others: ReadonlyMap<string, NamedRoute> = new Map(),
): Pick<RoutingSnapshot, "routes" | "endpoints"> {
  const routes = new Map<string, NamedRoute>(others);
  const byFullName = new Map<string, NamedRoute>();
  for (const endpoint of endpoints.toReversed()) {
    const { id = "ep-1", owner = "ada", name = "chat", former = [] } = endpoint;
    const route = routeOf(endpoint);
    const behind = routes.get(name);
    routes.set(name, behind === undefined ? route : { ...route, behind });
    for (const one of [name, ...former]) byFullName.set(`${owner}/${one}`, route);
    routes.set(id, route);
  }
  for (const [name, route] of byFullName) routes.set(name, route);
  return { routes, endpoints: byFullName };
}

function routeOf(endpoint: TestEndpoint): NamedRoute {
  const { id = "ep-1", owner = "ada", name = "chat", visibility = "private", state = starting() } = endpoint;
  const { replicas = [], fallback = [], description = null, coldStart = "hold" } = endpoint;
  const fullName = `${owner}/${name}`;
  const placeholder = upstream({ serviceId: id, name: fullName, state });
  const routed = (upstreams: readonly Upstream[]) =>
    upstreams.map((one) => ({ upstream: one, weight: 1, group: 0 }));
  return {
    policy,
    upstreams: routed(replicas.length === 0 ? [placeholder] : replicas),
    endpoint: {
      endpointId: id,
      fullName,
      owner,
      description,
      visibility,
      fallback: routed(fallback),
      coldStart,
    },
  };
}
