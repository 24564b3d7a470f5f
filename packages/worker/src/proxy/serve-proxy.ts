import { HandlerError } from "../handler-error.ts";
import type { ProxyOptions } from "../handler.ts";
import { sendError, sendJson } from "../push/answer.ts";
import type { Serve } from "../push/serve-handler.ts";
import { relay, type RelayLimits, type Target } from "./relay.ts";

const threeMinutesMs = 180_000;

export function limitsOf(
  options: Pick<ProxyOptions, "responseTimeoutMs" | "transferTimeoutMs">,
): RelayLimits {
  const { responseTimeoutMs = threeMinutesMs, transferTimeoutMs = threeMinutesMs } = options;
  return { responseTimeoutMs, transferTimeoutMs };
}

/** Throws for what is no http address. */
export function targetOf(baseUrl: string): Target & { readonly kind: "url" } {
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    throw new TypeError(
      `baseUrl: ${JSON.stringify(baseUrl)} is no http address, such as http://localhost:11434`,
    );
  return { kind: "url", url: new URL(baseUrl) };
}

/** Passes every path on once the server has started; `/healthcheck` is the worker's own. */
export function serveProxy(options: ProxyOptions, isStarted: () => boolean): Serve {
  const target = targetOf(options.baseUrl);
  const limits = limitsOf(options);
  return (request, response) => {
    if (request.url === "/healthcheck")
      return sendJson(
        response,
        isStarted() ? 200 : 503,
        JSON.stringify(
          isStarted()
            ? { status: "ready", progress: null }
            : { status: "loading", progress: { message: "the server has not started yet", fraction: null } },
        ),
      );
    if (isStarted()) return relay(request, response, target, limits);
    response.setHeader("retry-after", "1");
    sendError(
      response,
      new HandlerError("not_started", "the server has not started yet; try again in a moment", {
        status: 503,
      }),
    );
  };
}
