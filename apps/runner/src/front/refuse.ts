import type { IncomingMessage, ServerResponse } from "node:http";
import type { BerthError } from "@berth/api";

/** A body of this size is not worth a new connection. */
const maxIgnoredBytes = 64 * 1024;

/** Answers with the error. The request's body is thrown away when it is small; else the connection ends. */
export function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  error: BerthError,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(error.toBody());
  const declared = incoming.headers["content-length"];
  const isSmall =
    incoming.headers["transfer-encoding"] === undefined && Number(declared ?? 0) <= maxIgnoredBytes;
  outgoing.writeHead(error.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(isSmall ? {} : { connection: "close" }),
    ...headers,
  });
  outgoing.end(body);
}
