import type { Clock } from "@berth/std/clock";

/** Between two looks of a server that works; the resync alone comes sooner. */
const longestGapMs = 90_000;
/** Clocks drift, and are set right, by this much without anybody having slept. */
const noticedMs = 2_000;
const keptLosses = 100;

interface Loss {
  readonly at: number;
  readonly ms: number;
}

/**
 * Tells the time that this server lived through from the time that only the clock has passed: a laptop's sleep, a
 * process that was frozen, a clock that was set, all that was before the server started. What nobody could have seen
 * happen is held against nobody.
 */
export class LivedTime {
  readonly #clock: Clock;
  readonly #bornAt: number;
  readonly #losses: Loss[] = [];
  #last: { readonly wall: number; readonly steady: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bornAt = clock.now();
  }

  /** To be called at least every minute while the server works. */
  note(): void {
    const wall = this.#clock.now();
    const steady = this.#clock.monotonic();
    if (this.#last !== undefined) {
      const passed = wall - this.#last.wall;
      const lived = Math.min(steady - this.#last.steady, longestGapMs);
      const ms = passed - lived;
      if (Math.abs(ms) > noticedMs) this.#losses.push({ at: wall, ms });
      if (this.#losses.length > keptLosses) this.#losses.shift();
    }
    this.#last = { wall, steady };
  }

  /** How much of the time since then was not lived through; below zero when the clock was set back. */
  lostMs(sinceMs: number): number {
    const before = Math.max(0, this.#bornAt - sinceMs);
    return this.#losses.reduce((sum, { at, ms }) => (at > sinceMs ? sum + ms : sum), before);
  }
}
