import { median, quantile } from "../figures.ts";
import type { Latency } from "./asker.ts";
import type { Contestant } from "./contestant.ts";
import type { Taken } from "./measure.ts";
import { isHeld, type PacedResult } from "./paced-streams.ts";

/** A contestant's figures; what is added is counted from the upstream asked directly. */
export interface Result {
  readonly name: string;
  readonly perSecond: number;
  /** NaN for the upstream itself. */
  readonly microsecondsEach: number;
  readonly addedMs: {
    readonly one: Percentiles;
    readonly sixteen: Percentiles;
    /** To the first byte of a stream's body. */
    readonly firstToken: Percentiles;
  };
  /** Parts of all answers, first bytes and ends of streams that took 38 to 44 ms, beyond what the upstream's own did. */
  readonly delayedPart: number;
  /** The most that it held with all below it, and what became of each number that was tried. */
  readonly streamsHeld: number;
  readonly paced: readonly PacedResult[];
  /** After all the load. NaN for the upstream itself. */
  readonly residentMiB: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export function resultOf(
  contestant: Contestant,
  taken: Taken,
  direct: Taken,
  paced: readonly PacedResult[],
  residentMiB: number,
): Result {
  const added = (read: (one: Taken, part: number) => number): Percentiles => ({
    p50: read(taken, 0.5) - read(direct, 0.5),
    p99: read(taken, 0.99) - read(direct, 0.99),
  });
  return {
    name: contestant.name,
    // others use this machine too: the best round is the least disturbed
    perSecond: Math.max(...taken.perSecond),
    microsecondsEach: taken === direct ? Number.NaN : median(taken.microsecondsEach),
    addedMs: {
      one: added((one, part) => quantile(wholes(one.whole), part)),
      sixteen: added((one, part) => median(part === 0.5 ? one.p50Ms : one.p99Ms)),
      firstToken: added((one, part) => quantile(firsts(one.stream), part)),
    },
    delayedPart: Math.max(0, delayedPart(taken) - delayedPart(direct)),
    streamsHeld: firstRun(paced).at(-1)?.streams ?? 0,
    paced,
    residentMiB: taken === direct ? Number.NaN : residentMiB,
  };
}

const wholes = (all: readonly Latency[]): readonly number[] => all.map(({ wholeMs }) => wholeMs);
const firsts = (all: readonly Latency[]): readonly number[] => all.map(({ firstMs }) => firstMs);

/** Nagle's algorithm against delayed acknowledgements waits 40 ms. */
function delayedPart({ whole, stream }: Taken): number {
  const all = [...wholes(whole), ...firsts(stream), ...wholes(stream)];
  return all.filter((ms) => ms >= 38 && ms <= 44).length / all.length;
}

function firstRun(paced: readonly PacedResult[]): readonly PacedResult[] {
  const end = paced.findIndex((one) => !isHeld(one));
  return end === -1 ? paced : paced.slice(0, end);
}
