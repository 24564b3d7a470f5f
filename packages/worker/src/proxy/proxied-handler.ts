import type { Handler, ProxyOptions } from "../handler.ts";
import { HandlerError } from "../handler-error.ts";
import { limitsOf, targetOf } from "./serve-proxy.ts";

/**
 * A job as a call of the server: POST to the job's path with its body. The answer is the result, with its status; a stream is
 * read to its end. The same limits hold as for calls that are passed on.
 */
export function proxiedHandler(options: ProxyOptions, send: typeof fetch = fetch): Handler {
  const { url } = targetOf(options.baseUrl);
  const { responseTimeoutMs, transferTimeoutMs } = limitsOf(options);
  return async ({ input, meta }, { signal }) => {
    const late = new AbortController();
    const waiting = setTimeout(() => late.abort(), responseTimeoutMs);
    const reason = (ms: number, what: string): HandlerError =>
      new HandlerError("response_timeout", `the server did not ${what} within ${ms / 1000} s`, {
        status: 408,
      });
    let transfer: NodeJS.Timeout | undefined;
    let problem = reason(responseTimeoutMs, "begin to answer");
    try {
      const isBytes = input instanceof Uint8Array;
      const response = await send(`${url.href.replace(/\/+$/, "")}${meta.path}`, {
        method: "POST",
        headers: {
          "content-type": isBytes ? (meta.contentType ?? "application/octet-stream") : "application/json",
          // a result is kept as text; nobody could tell later that it is compressed
          "accept-encoding": "identity",
          "x-request-id": meta.requestId,
        },
        body: isBytes ? new Uint8Array(input) : JSON.stringify(input),
        signal: AbortSignal.any([signal, late.signal]),
      });
      clearTimeout(waiting);
      problem = reason(transferTimeoutMs, "finish its answer");
      transfer = setTimeout(() => late.abort(), transferTimeoutMs);
      const body = await response.arrayBuffer();
      const contentType = response.headers.get("content-type") ?? "application/octet-stream";
      return new Response(body.byteLength === 0 ? null : body, {
        status: response.status,
        headers: { "content-type": contentType },
      });
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      if (late.signal.aborted) throw problem;
      throw new HandlerError("server_unreachable", `the server could not be asked: ${words(cause)}`, {
        status: 502,
        cause,
      });
    } finally {
      clearTimeout(waiting);
      clearTimeout(transfer);
    }
  };
}

function words(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
