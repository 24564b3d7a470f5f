const spins = 200;
const pauseMs = 0.05;

/** One lock for each slot, in memory that threads share. Held for well under a microsecond, and never while waiting. */
export class SpinLocks {
  readonly #words: Int32Array;
  readonly #holder: number;

  /** `thread`: from 0 on, each its own. */
  constructor(words: Int32Array, thread: number) {
    this.#words = words;
    this.#holder = holderOf(thread);
  }

  lock(slot: number): void {
    for (let tries = 1; ; tries += 1) {
      const holder = Atomics.compareExchange(this.#words, slot, 0, this.#holder);
      if (holder === 0) return;
      // it may have lost its core, and needs ours
      if (tries % spins === 0) Atomics.wait(this.#words, slot, holder, pauseMs);
    }
  }

  unlock(slot: number): void {
    Atomics.store(this.#words, slot, 0);
  }

  /** A thread that has died holds nothing any more: it may have been ended at any place. */
  free(thread: number): void {
    for (let slot = 0; slot < this.#words.length; slot += 1)
      Atomics.compareExchange(this.#words, slot, holderOf(thread), 0);
  }
}

function holderOf(thread: number): number {
  return thread + 1;
}
