import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "@berth/std/clock";

/** Where the program's objects lie. */
export interface Heap {
  /** What it takes of the machine's memory. */
  bytes(): number;
  /** Gives back whatever nobody uses. Nothing else runs meanwhile: some 60 ms. */
  shrink(): void;
}

export interface Work {
  readonly inFlight: number;
  /** For how long the program has worked since its start, waiting not counted. */
  readonly activeMs: number;
}

export interface IdleMemoryOptions {
  readonly heap: Heap;
  readonly work: () => Work;
  readonly clock: Clock;
}

const lookEveryMs = 5_000;
const mostActiveMs = 100;
const leastGrowthBytes = 8 * 1024 * 1024;

/**
 * Shrinks the heap when it has grown and there is nothing to do. V8 frees memory while it allocates, and keeps what a
 * burst of requests took: 130 MiB after 20,000 in some seconds, until somebody asks again. Resolves after the signal
 * has aborted.
 */
export async function shrinkWhenIdle(options: IdleMemoryOptions, signal: AbortSignal): Promise<void> {
  const { heap, work, clock } = options;
  let leftBytes = 0;
  let { activeMs } = work();
  for (;;) {
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const now = work();
    const isIdle = now.inFlight === 0 && now.activeMs - activeMs <= mostActiveMs;
    activeMs = now.activeMs;
    if (!isIdle || heap.bytes() < leftBytes + leastGrowthBytes) continue;
    heap.shrink();
    leftBytes = heap.bytes();
    activeMs = work().activeMs;
  }
}

/** This program's own heap. */
export function ownHeap(): Heap {
  let collect: ((how: object) => void) | undefined;
  return {
    bytes: () => getHeapStatistics().total_physical_size,
    shrink: () => {
      collect ??= collector();
      // an ordinary collection frees objects and keeps their pages
      collect({ type: "major", execution: "sync", flavor: "last-resort" });
    },
  };
}

/** `--expose-gc`, for us alone: contexts made before, as the program's own, do not get it. */
function collector(): (how: object) => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  setFlagsFromString("--no-expose-gc");
  return collect;
}
