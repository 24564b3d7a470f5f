import type { RoutingSnapshot, ServiceUpstream } from "@berth/api";

/** How the first service stands that the name leads to; `undefined` when it leads nowhere. */
export function stateAt(
  { routes }: Pick<RoutingSnapshot, "routes">,
  name: string,
): ServiceUpstream["state"] | undefined {
  const upstream = routes.get(name)?.upstreams[0]?.upstream;
  return upstream?.kind === "service" ? upstream.state : undefined;
}
