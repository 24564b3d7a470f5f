import type { PeerAddress } from "../http1/peer-address.ts";
import type { NamedRoute, RoutingSnapshot, Upstream } from "../ports.ts";

/** Everybody whom a request may be sent to, and where connections may be kept to. */
export function reachable({ routes, endpoints, patterns, fallback, ports, anyPath }: RoutingSnapshot): {
  readonly upstreams: readonly Upstream[];
  readonly addresses: readonly PeerAddress[];
} {
  const named = [...routes.values(), ...endpoints.values(), ...patterns.map(({ route }) => route)];
  if (fallback !== undefined) named.push(fallback);
  const upstreams = [...named.flatMap(upstreamsOf), ...ports.values()];
  const addresses = upstreams.flatMap(addressesOf);
  if (anyPath !== undefined) addresses.push({ kind: "public", url: anyPath.url });
  return { upstreams, addresses };
}

function upstreamsOf({ upstreams, endpoint, behind }: NamedRoute): Upstream[] {
  return [
    ...[...upstreams, ...(endpoint?.fallback ?? [])].map(({ upstream }) => upstream),
    ...(behind === undefined ? [] : upstreamsOf(behind)),
  ];
}

function addressesOf(upstream: Upstream): PeerAddress[] {
  switch (upstream.kind) {
    case "service":
      return upstream.state.kind === "ready" ? [upstream.state.address] : [];
    case "provider": {
      const { url } = upstream.target;
      return [
        { kind: "public", url },
        { kind: "public", url: new URL(url).origin },
      ];
    }
  }
}
