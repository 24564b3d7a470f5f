import type { ServerResponse } from "node:http";
import { BerthError, isBerthError } from "@berth/api";

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
  response.end(body);
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
  // What is left of a body that was refused is not read: the connection ends with the answer.
  const close = response.req.complete ? {} : { connection: "close" };
  const retry = told.status === 503 || told.status === 429 ? { "retry-after": "2" } : {};
  replyJson(response, told.status, told.toBody(), { ...retry, ...close, ...headers });
}
