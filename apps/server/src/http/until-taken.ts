import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type Clock, systemClock } from "@berth/std/clock";

/** Who takes nothing for so long of what is there to be read has gone, or wants our memory. */
const stalledMs = 5 * 60_000;

/** Resolves when the reader has taken what was written, or is gone: one that takes nothing for five minutes is broken off. */
export async function untilTaken(
  response: ServerResponse,
  event: "drain" | "finish",
  clock: Pick<Clock, "sleep"> = systemClock,
): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  // it came in time, where it is aborted
  clock.sleep(stalledMs, signal).then(
    () => response.destroy(),
    () => undefined,
  );
  try {
    await Promise.race([once(response, event, { signal }), once(response, "close", { signal })]);
  } finally {
    over.abort();
  }
}
