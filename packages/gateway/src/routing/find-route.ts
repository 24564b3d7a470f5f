import { BerthError } from "@berth/api";
import { isVisible } from "../permission.ts";
import type { NamedRoute, Principal, RoutePolicy, RoutingSnapshot, ServiceUpstream } from "../ports.ts";

/** Where a request came in: at the server's own address, at one service's port, or at an endpoint's address. */
export type Entrance =
  | { readonly kind: "main" }
  | { readonly kind: "service"; readonly port: number }
  | { readonly kind: "endpoint"; readonly fullName: string };

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
  principal: Principal,
): NamedRoute | undefined {
  const route = routeOf(snapshot, entrance, name, principal);
  return route !== undefined && isVisible(principal, route) ? route : undefined;
}

function routeOf(
  snapshot: RoutingSnapshot,
  entrance: Entrance,
  name: string | undefined,
  principal: Principal,
): NamedRoute | undefined {
  switch (entrance.kind) {
    case "main": {
      if (name === undefined) return snapshot.fallback;
      return (
        ownEndpoint(snapshot, name, principal) ??
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
    case "endpoint": {
      const route = snapshot.endpoints.get(entrance.fullName);
      return route !== undefined && isNameOf(route, name) ? route : undefined;
    }
  }
}

/** A short name is first of all the caller's own endpoint's. */
function ownEndpoint(
  { endpoints }: RoutingSnapshot,
  name: string,
  { owner }: Principal,
): NamedRoute | undefined {
  if (endpoints.size === 0 || owner === null || owner === undefined) return undefined;
  return endpoints.get(`${owner}/${name}`);
}

/** At its own address an endpoint may be called by any of its names, by its model's, or by none. */
function isNameOf({ endpoint, upstreams }: NamedRoute, name: string | undefined): boolean {
  if (name === undefined || endpoint === undefined) return true;
  const { fullName, owner, endpointId } = endpoint;
  return (
    name === fullName ||
    name === endpointId ||
    `${owner}/${name}` === fullName ||
    upstreams.some(({ upstream }) => upstream.model === name || upstream.name === name)
  );
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
    case "endpoint": {
      const route = snapshot.endpoints.get(entrance.fullName);
      return new Map(route === undefined ? [] : [[entrance.fullName, route]]);
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
