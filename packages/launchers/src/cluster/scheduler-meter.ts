import type { Clock } from "@berth/std/clock";

const minuteMs = 60_000;

/** How many commands a cluster's scheduler and its accounting may be asked in a minute to see how things stand. */
export const schedulerCallsPerMinute = 6;

/** Of these, those kept for whoever watches launches, while there are any: who looks at the cluster does not blind them. */
const watchReserve = 2;

/**
 * Counts what one cluster's scheduler is asked. All who ask it share one, so that together they stay within the budget;
 * orders (a submission, a cancellation) are counted, and use up nothing of it.
 */
export class SchedulerMeter {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #recent: number[] = [];
  #total = 0;
  /** The watch's own calls of the last minute, and when it last wanted one. */
  #watched: number[] = [];
  #watchedAt = -Infinity;

  constructor(clock: Clock, perMinute: number = schedulerCallsPerMinute) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /**
   * For the watch of launches: whether the budget has room for that many calls; if so, they count as made. All or none. Its
   * own share it has even where somebody used up all before there was anything to watch.
   */
  take(calls = 1): boolean {
    const now = this.#clock.monotonic();
    this.#watched = this.#watched.filter((at) => at > now - minuteMs);
    this.#watchedAt = now;
    const isOwnShare = this.#watched.length + calls <= Math.min(watchReserve, this.#perMinute);
    if (!this.#takeBelow(calls, isOwnShare ? Infinity : this.#perMinute)) return false;
    this.#watched.push(...Array.from({ length: calls }, () => now));
    return true;
  }

  /** The same for whoever else looks at the cluster; leaves some to the watch if that asked within the last minute. */
  takeToLook(calls = 1): boolean {
    const isWatched = this.#watchedAt > this.#clock.monotonic() - minuteMs;
    return this.#takeBelow(calls, this.#perMinute - (isWatched ? watchReserve : 0));
  }

  #takeBelow(calls: number, most: number): boolean {
    if (this.lastMinute + calls > most) return false;
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
