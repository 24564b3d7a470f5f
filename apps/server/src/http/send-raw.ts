import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { RawResult } from "@berth/control";

/**
 * Sends bytes with a type of their own. They may be what a stranger made: no browser takes them for a page of ours, or guesses
 * what they are.
 */
export async function sendRaw(
  response: ServerResponse,
  status: number,
  { contentType, headers = {}, body }: RawResult,
): Promise<void> {
  const safe = {
    ...headers,
    "content-type": contentType,
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
  };
  if (body instanceof Uint8Array) {
    response.writeHead(status, { ...safe, "content-length": body.byteLength }).end(body);
    return;
  }
  response.writeHead(status, safe);
  await pipeline(Readable.from(body), response);
}
