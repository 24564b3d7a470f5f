import type { Clock } from "@berth/std/clock";

const minuteMs = 60_000;

/** How many commands a cluster's scheduler and its accounting may be asked in a minute, whatever is done there. */
export const schedulerCallsPerMinute = 6;

/** Counts what one cluster's scheduler is asked. All who ask it share one, so that together they stay within the budget. */
export class SchedulerMeter {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #recent: number[] = [];
  #total = 0;

  constructor(clock: Clock, perMinute: number = schedulerCallsPerMinute) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Whether the budget has room for that many calls; if so, they count as made. All or none. */
  take(calls = 1): boolean {
    if (this.lastMinute + calls > this.#perMinute) return false;
    this.record(calls);
    return true;
  }

  /** Counts calls that cannot wait, such as a launch somebody asked for. They use up the budget of those that can. */
  record(calls = 1): void {
    const now = this.#clock.monotonic();
    this.#recent.push(...Array.from({ length: calls }, () => now));
    this.#total += calls;
  }

  /** Calls made within the last minute. */
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
