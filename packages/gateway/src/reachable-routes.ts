import { BerthError } from "@berth/api";
import type { RoutingSnapshot, ServiceUpstream } from "./ports.ts";

export type Routes = ReadonlyMap<string, readonly ServiceUpstream[]>;

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

/** What can be named in `model` there; on a service's port that is the service, by its three names. */
export function reachableRoutes(snapshot: RoutingSnapshot, entrance: Entrance): Routes {
  switch (entrance.kind) {
    case "main":
      return new Map(
        [...snapshot.routes].map(([name, { upstreams }]) => [
          name,
          upstreams.flatMap(({ upstream }) => (upstream.kind === "service" ? [upstream] : [])),
        ]),
      );
    case "service": {
      const service = serviceAt(snapshot, entrance.port);
      return new Map([service.name, service.model, service.serviceId].map((name) => [name, [service]]));
    }
  }
}
