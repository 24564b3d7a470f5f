import { setImmediate as turn } from "node:timers/promises";
import type { WorkerClock } from "../clock.ts";

/** For whom every wait is over at once, and took as long as it was to take. */
export function impatientClock(): WorkerClock & { readonly pauses: number[] } {
  let now = 1_000_000;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => now,
    pause: async (ms, signal) => {
      await turn();
      if (signal?.aborted === true) return;
      now += ms;
      pauses.push(ms);
    },
  };
}
