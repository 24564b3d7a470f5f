import type { Clock } from "@berth/std/clock";

const minuteMs = 60_000;

/** How many commands a cluster's scheduler and its accounting may be asked in a minute to see how things stand. */
export const schedulerCallsPerMinute = 6;

/** Of these, those kept for whoever watches launches: a person who looks at the cluster does not blind it. */
export const watchReserve = 2;

/**
 * Counts what one cluster's scheduler is asked. All who ask it share one, so that together they stay within the budget;
 * orders (a submission, a cancellation) are counted, and use up nothing of it.
 */
export class SchedulerMeter {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #recent: number[] = [];
  #total = 0;

  constructor(clock: Clock, perMinute: number = schedulerCallsPerMinute) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Whether the budget has room for that many calls, and the reserve; if so, they count as made. All or none. */
  take(calls = 1, reserve = 0): boolean {
    if (this.lastMinute + calls > this.#perMinute - reserve) return false;
    const now = this.#clock.monotonic();
    this.#recent.push(...Array.from({ length: calls }, () => now));
    this.#total += calls;
    return true;
  }

  /** Counts calls that cannot wait, such as a launch somebody asked for. */
  record(calls = 1): void {
    this.#total += calls;
  }

  /** Calls out of the budget within the last minute. */
  get lastMinute(): number {
    const since = this.#clock.monotonic() - minuteMs;
    this.#recent = this.#recent.filter((at) => at > since);
    return this.#recent.length;
  }

  /** Calls made at all, for a metric. */
  get total(): number {
    return this.#total;
  }
}
