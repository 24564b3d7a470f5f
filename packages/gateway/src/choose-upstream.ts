import { BerthError } from "@berth/api";
import type { ServiceUpstream } from "./ports.ts";

type StateOf<K extends ServiceUpstream["state"]["kind"]> = Extract<ServiceUpstream["state"], { kind: K }>;
export type ReadyUpstream = ServiceUpstream & { readonly state: StateOf<"ready"> };
export type StartingUpstream = ServiceUpstream & { readonly state: StateOf<"starting"> };

/** What to do with a request, as its upstreams stand now. */
export type Choice =
  | { readonly kind: "send"; readonly upstream: ReadyUpstream }
  /** All of them are starting; the first is the one told of. */
  | { readonly kind: "hold"; readonly upstreams: readonly [StartingUpstream, ...StartingUpstream[]] }
  | { readonly kind: "refuse"; readonly error: BerthError };

/**
 * The ready upstream with the fewest requests outstanding, the earlier in the list at a tie; `except` (which has just
 * failed) only when there is no other. None ready: wait for those that are starting. `upstreams` is not empty.
 */
export function chooseUpstream(
  upstreams: readonly ServiceUpstream[],
  outstanding: (serviceId: string) => number,
  except?: string,
): Choice {
  let best: ReadyUpstream | undefined;
  let bestCount = Number.POSITIVE_INFINITY;
  for (const upstream of upstreams) {
    if (!isReady(upstream)) continue;
    const count = upstream.serviceId === except ? Number.MAX_SAFE_INTEGER : outstanding(upstream.serviceId);
    if (count < bestCount) {
      best = upstream;
      bestCount = count;
    }
  }
  if (best !== undefined) return { kind: "send", upstream: best };
  const [first, ...others] = upstreams.filter(isStarting);
  if (first !== undefined) return { kind: "hold", upstreams: [first, ...others] };
  return { kind: "refuse", error: unavailable(upstreams) };
}

function unavailable(upstreams: readonly ServiceUpstream[]): BerthError {
  const [first] = upstreams;
  const reason = first?.state.kind === "unavailable" ? first.state.reason : "it has ended";
  const more = upstreams.length > 1 ? ` (and ${upstreams.length - 1} more)` : "";
  return new BerthError(
    "service_unavailable",
    `the service \`${first?.name}\`${more} cannot answer: ${reason}`,
    {
      param: "model",
      details: { service: first?.name, reason },
    },
  );
}

function isReady(upstream: ServiceUpstream): upstream is ReadyUpstream {
  return upstream.state.kind === "ready";
}

function isStarting(upstream: ServiceUpstream): upstream is StartingUpstream {
  return upstream.state.kind === "starting";
}
