import { BerthError } from "@berth/api";
import { seenBy } from "../permission.ts";
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
  return seenBy(principal, routeOf(snapshot, entrance, name, principal));
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
        // a hidden endpoint is no answer to a name that means something else as well
        seenBy(principal, snapshot.routes.get(name)) ??
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
      return route !== undefined && isNameOf(route, entrance, name) ? route : undefined;
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
function isNameOf(
  { endpoint, upstreams }: NamedRoute,
  address: Extract<Entrance, { kind: "endpoint" }>,
  name: string | undefined,
): boolean {
  if (name === undefined || endpoint === undefined) return true;
  const { fullName, owner, endpointId } = endpoint;
  // the address may be of a name that it had before
  const names = [fullName, address.fullName, endpointId];
  return (
    names.includes(name) ||
    names.includes(`${owner}/${name}`) ||
    upstreams.some(({ upstream }) => upstream.model === name || upstream.name === name)
  );
}

/** Every name that can be listed, with who answers: as the caller sees it. */
export function namedRoutes(
  snapshot: RoutingSnapshot,
  entrance: Entrance,
  principal: Principal,
): ReadonlyMap<string, NamedRoute> {
  switch (entrance.kind) {
    case "main": {
      if (snapshot.endpoints.size === 0) return snapshot.routes;
      const seen = new Map<string, NamedRoute>();
      for (const [name, named] of snapshot.routes) {
        const route = ownEndpoint(snapshot, name, principal) ?? seenBy(principal, named);
        if (route !== undefined) seen.set(name, route);
      }
      return seen;
    }
    case "service": {
      const service = serviceAt(snapshot, entrance.port);
      const route = routeTo(service);
      return new Map([service.name, service.model, service.serviceId].map((name) => [name, route]));
    }
    case "endpoint": {
      const route = seenBy(principal, snapshot.endpoints.get(entrance.fullName));
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
