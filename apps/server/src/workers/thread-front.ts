import type { IncomingMessage, ServerResponse } from "node:http";
import { type Gateway, isForModels } from "@berth/gateway";
import { everybody, sentKey, sentSession } from "../http/authenticate.ts";
import { asyncHeader, dispatchHeader } from "../jobs/own-words.ts";
import { allowCrossOrigin } from "../http/cross-origin.ts";
import { originOf, type OriginPolicy, refuseForeign } from "../http/origin-guard.ts";
import { pathOf } from "../http/path-of.ts";
import { replyError } from "../http/reply.ts";

export interface ThreadFrontOptions {
  readonly gateway: Pick<Gateway, "handle">;
  readonly policy: OriginPolicy;
  /** BERTH_DEBUG: everybody is admin. */
  readonly open: boolean;
  readonly toMain: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What stands behind the port in a thread: carries requests to models; whatever else there is, the server's own thread knows. */
export function createThreadFront({ gateway, policy, open, toMain }: ThreadFrontOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (
      !isForModels(request.method ?? "GET", pathOf(request)) ||
      isOfConsole(request) ||
      isOfQueue(request)
    ) {
      toMain(request, response);
      return;
    }
    const refusal = refuseForeign(originOf(request), policy);
    if (refusal !== undefined) {
      replyError(response, refusal);
      return;
    }
    if (request.headers.origin !== undefined && allowCrossOrigin(request, response, policy)) return;
    void gateway.handle(request, response, open ? { principal: everybody } : {});
  };
}

/** The queue is the server's own thread's, and so is who calls for it. */
function isOfQueue({ headers }: IncomingMessage): boolean {
  return headers[asyncHeader] !== undefined || headers[dispatchHeader] !== undefined;
}

/** Sessions are known to the server's own thread. */
function isOfConsole(request: IncomingMessage): boolean {
  return sentKey(request) === undefined && sentSession(request) !== undefined;
}
