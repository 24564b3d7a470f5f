import type { ServerResponse } from "node:http";
import type { RawResult } from "@berth/control";
import type { Clock } from "@berth/std/clock";
import { untilTaken } from "./until-taken.ts";

/**
 * Sends bytes with a type of their own, each piece when the one before is taken. They may be what a stranger made: no browser takes
 * them for a page of ours, or guesses what they are. Resolves when nothing of them is in memory.
 */
export async function sendRaw(
  response: ServerResponse,
  status: number,
  { contentType, headers = {}, body }: RawResult,
  clock?: Pick<Clock, "sleep">,
): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    response.writeHead(status, {
      ...headers,
      "content-type": contentType,
      "cache-control": "no-store",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
    });
    for (let step = await pieces.next(); step.done !== true; step = await pieces.next()) {
      if (response.req.method === "HEAD" || response.destroyed) break;
      if (!response.write(step.value)) await untilTaken(response, "drain", clock);
    }
    response.end();
    if (!response.writableFinished) await untilTaken(response, "finish", clock);
  } finally {
    await pieces.return?.();
  }
}
