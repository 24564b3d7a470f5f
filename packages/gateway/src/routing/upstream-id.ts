import type { ServiceUpstream, Upstream } from "../ports.ts";

type StateOf<K extends ServiceUpstream["state"]["kind"]> = Extract<ServiceUpstream["state"], { kind: K }>;
export type ReadyService = ServiceUpstream & { readonly state: StateOf<"ready"> };
export type StartingService = ServiceUpstream & { readonly state: StateOf<"starting"> };
/** Whom a request can be sent to. */
export type ReadyUpstream = ReadyService | Extract<Upstream, { kind: "provider" }>;

/** Under which its requests are counted; the same for one model of one provider, and for one service. */
export function upstreamId(upstream: Upstream): string {
  switch (upstream.kind) {
    case "service":
      return upstream.serviceId;
    case "provider":
      return upstream.id;
  }
}

export function isReady(upstream: Upstream): upstream is ReadyUpstream {
  return upstream.kind === "provider" || upstream.state.kind === "ready";
}

export function isStarting(upstream: Upstream): upstream is StartingService {
  return upstream.kind === "service" && upstream.state.kind === "starting";
}

/** Whether nobody is to wait for it, as its starts have failed again and again. */
export function isFailing({ state }: StartingService): boolean {
  return state.nextTryAtMs !== undefined;
}
