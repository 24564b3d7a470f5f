import type { ServerResponse } from "node:http";
import { BerthError, isBerthError } from "@berth/api";

/** How long a refused caller may go on sending what nobody reads. */
const lingerMs = 2_000;

/** Sends JSON whole. Does nothing when the caller has left. */
export function replyJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.byteLength,
    "cache-control": "no-store",
    ...headers,
  });
  if (response.req.complete) response.end(body);
  else endAfterBody(response, body);
}

/** To end at once, while the caller still sends, would reset the connection, and he would lose the answer. */
function endAfterBody(response: ServerResponse, body: Buffer): void {
  const limit = setTimeout(() => response.end(), lingerMs);
  response.write(body);
  response.once("close", () => clearTimeout(limit));
  response.req.once("end", () => response.end()).resume();
}

/**
 * Tells an error in the one envelope. What is not a BerthError is told as `internal`, without its message, which
 * may hold anything. After the first byte an error can only break the transfer.
 */
export function replyError(
  response: ServerResponse,
  error: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const told = isBerthError(error)
    ? error
    : new BerthError(
        "internal",
        "something went wrong inside Berth; its log tells more under this request's x-request-id",
      );
  const close = response.req.complete ? {} : { connection: "close" };
  const known = told.details?.["retryAfterSeconds"];
  const seconds = typeof known === "number" ? known : 2;
  const retry = told.status === 503 || told.status === 429 ? { "retry-after": String(seconds) } : {};
  const scheme = told.status === 401 ? { "www-authenticate": 'Bearer realm="berth"' } : {};
  replyJson(response, told.status, told.toBody(), { ...retry, ...scheme, ...close, ...headers });
}
