const spins = 200;
const pauseMs = 0.05;

/** One lock for each slot, in memory that threads share. Held for well under a microsecond, and never while waiting. */
export class SpinLocks {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  lock(slot: number): void {
    for (let tries = 1; Atomics.compareExchange(this.#words, slot, 0, 1) !== 0; tries += 1) {
      // its holder may have lost its core, and needs ours
      if (tries % spins === 0) Atomics.wait(this.#words, slot, 1, pauseMs);
    }
  }

  unlock(slot: number): void {
    Atomics.store(this.#words, slot, 0);
  }
}
