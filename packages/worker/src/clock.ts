import { setTimeout as sleepFor } from "node:timers/promises";

/** Time, as far as the worker waits. */
export interface WorkerClock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Resolves after so long, or as soon as the signal aborts, whichever is first; never rejects. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

export const workerClock: WorkerClock = {
  now: () => Date.now(),
  pause: async (ms, signal) => {
    try {
      await sleepFor(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      // aborted: the wait is over
    }
  },
};
