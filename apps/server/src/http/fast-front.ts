import { type FastPathOptions, type Gateway, isInference } from "@berth/gateway";
import { asyncHeader, dispatchHeader } from "../jobs/own-words.ts";
import { everybody } from "./authenticate.ts";
import { type OriginPolicy, originOf, refuseForeign } from "./origin-guard.ts";
import { pathOf } from "./path-of.ts";

export interface FastFrontOptions {
  readonly gateway: Pick<Gateway, "handle">;
  readonly policy: OriginPolicy;
  /** BERTH_DEBUG: everybody is admin. */
  readonly open: boolean;
}

/** The front of programs that ask models: whatever a browser may have sent, and whatever is refused, goes the usual way. */
export function createFastFront({
  gateway,
  policy,
  open,
}: FastFrontOptions): Pick<FastPathOptions, "takes" | "handle"> {
  const context = open ? { principal: everybody } : {};
  return {
    takes: (head) => {
      const { origin, cookie, [asyncHeader]: async, [dispatchHeader]: dispatch } = head.headers;
      return (
        origin === undefined &&
        cookie === undefined &&
        async === undefined &&
        dispatch === undefined &&
        isInference(pathOf(head)) &&
        refuseForeign(originOf(head), policy) === undefined
      );
    },
    handle: (request, response) => void gateway.handle(request, response, context),
  };
}

/** Takes nobody until the server is ready: the usual way waits. */
export function openedFront(
  front: ReturnType<typeof createFastFront>,
  ready: Promise<void>,
): ReturnType<typeof createFastFront> {
  let isReady = false;
  void ready.then(() => (isReady = true));
  return { ...front, takes: (head) => isReady && front.takes(head) };
}
