import type { ServerResponse } from "node:http";
import { untilTaken } from "./until-taken.ts";

const keepAliveMs = 15_000;
const headers = { "cache-control": "no-store", "x-accel-buffering": "no" };
const contentTypes = {
  events: "text/event-stream; charset=utf-8",
  text: "text/plain; charset=utf-8",
};

/**
 * Sends chunks as they come, waiting for a slow reader. Event streams get a comment now and then, so that nobody on
 * the way takes them for dead. An error after the first chunk breaks the transfer.
 */
export async function sendText(
  response: ServerResponse,
  kind: "text" | "events",
  chunks: AsyncIterable<string>,
): Promise<void> {
  if (response.req.method === "HEAD") {
    response.writeHead(200, { ...headers, "content-type": contentTypes[kind] }).end();
    return;
  }
  const iterator = chunks[Symbol.asyncIterator]();
  // The first step runs before the headers go out: what is wrong at once still gets its status.
  const firstStep = iterator.next();
  const early = await Promise.race([
    firstStep,
    new Promise<undefined>((resolve) => setTimeout(resolve, 20, undefined)),
  ]);
  response.writeHead(200, { ...headers, "content-type": contentTypes[kind] });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  const beat =
    kind === "events" ? setInterval(() => response.write(": still here\n\n"), keepAliveMs) : undefined;
  try {
    let step = early ?? (await firstStep);
    while (step.done !== true) {
      if (response.destroyed) return;
      if (!response.write(step.value)) await untilTaken(response, "drain");
      step = await iterator.next();
    }
    response.end();
  } finally {
    clearInterval(beat);
    await iterator.return?.();
  }
}
