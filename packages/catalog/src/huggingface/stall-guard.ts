import type { Clock } from "@berth/std/clock";

/** Gives up on a connection that falls silent: `signal` aborts with a `TimeoutError` after `ms` without `heard()`. */
export class StallGuard implements Disposable {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #stalled = new AbortController();
  readonly #ended = new AbortController();
  #heardAt: number;

  constructor(clock: Clock, ms: number, parent: AbortSignal) {
    this.#clock = clock;
    this.#ms = ms;
    this.#heardAt = clock.monotonic();
    this.signal = AbortSignal.any([parent, this.#stalled.signal]);
    void this.#watch();
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    for (;;) {
      const leftMs = this.#heardAt + this.#ms - this.#clock.monotonic();
      if (leftMs <= 0) {
        return this.#stalled.abort(new DOMException(`silent for ${this.#ms} ms`, "TimeoutError"));
      }
      try {
        await this.#clock.sleep(leftMs, this.#ended.signal);
      } catch {
        // the sleep was cut short: the connection is done with
        return;
      }
    }
  }
}
