import type { ModelRoute, Upstream } from "@berth/api";

type TargetState = Pick<ModelRoute["targets"][number], "status" | "reason">;

/** How a route's target stands: as the best of those it leads to. */
export function targetState(upstreams: readonly Upstream[]): TargetState {
  const states = upstreams.map(stateOf);
  for (const status of ["ready", "starting", "unavailable"] as const) {
    const found = states.find((state) => state.status === status);
    if (found !== undefined) return found;
  }
  return { status: "missing", reason: "no service and no model of a provider has this name" };
}

function stateOf(upstream: Upstream): TargetState {
  if (upstream.kind === "provider") {
    const { provider } = upstream.target;
    return upstream.isDown
      ? { status: "unavailable", reason: `${provider} is down: \`berth provider test ${provider}\` says why` }
      : { status: "ready", reason: null };
  }
  switch (upstream.state.kind) {
    case "ready":
      return { status: "ready", reason: null };
    case "starting":
    case "unavailable":
      return { status: upstream.state.kind, reason: upstream.state.reason };
  }
}
