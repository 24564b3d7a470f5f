import { BerthError } from "@berth/api";
import type { NamedRoute, RoutePolicy, RoutingSnapshot, ServiceUpstream } from "../ports.ts";

/** Where a request came in: at the server's own address, or at one service's port. */
export type Entrance = { readonly kind: "main" } | { readonly kind: "service"; readonly port: number };

/** The service whose port it is. Throws `service_unavailable` when the port is nobody's any more. */
export function serviceAt(snapshot: RoutingSnapshot, port: number): ServiceUpstream {
  const service = snapshot.ports.get(port);
  if (service === undefined) {
    throw new BerthError(
      "service_unavailable",
      `no service has port ${port} any more; \`berth ls\` tells the ports`,
    );
  }
  return service;
}

/**
 * Who answers for a name, or for none. On a service's port that is the service, by its three names. `undefined` when
 * nobody does.
 */
export function findRoute(
  snapshot: RoutingSnapshot,
  entrance: Entrance,
  name: string | undefined,
): NamedRoute | undefined {
  switch (entrance.kind) {
    case "main": {
      if (name === undefined) return snapshot.fallback;
      return (
        snapshot.routes.get(name) ??
        snapshot.patterns.find(({ pattern }) => pattern.test(name))?.route ??
        snapshot.fallback
      );
    }
    case "service": {
      const service = serviceAt(snapshot, entrance.port);
      const isMeant =
        name === undefined || name === service.name || name === service.model || name === service.serviceId;
      return isMeant ? routeTo(service) : undefined;
    }
  }
}

/** Every name that can be listed, with who answers. */
export function namedRoutes(snapshot: RoutingSnapshot, entrance: Entrance): ReadonlyMap<string, NamedRoute> {
  switch (entrance.kind) {
    case "main":
      return snapshot.routes;
    case "service": {
      const service = serviceAt(snapshot, entrance.port);
      const route = routeTo(service);
      return new Map([service.name, service.model, service.serviceId].map((name) => [name, route]));
    }
  }
}

const oneService: RoutePolicy = {
  route: undefined,
  strategy: "priority",
  retries: 1,
  firstTokenMs: null,
  cache: null,
  logBodies: false,
};

function routeTo(upstream: ServiceUpstream): NamedRoute {
  return { policy: oneService, upstreams: [{ upstream, weight: 1, group: 0 }] };
}
