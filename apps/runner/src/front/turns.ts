/** One who waits, or whose turn it is. */
export interface Turn {
  /** He has finished, or has left while he waited. Only the first call counts. */
  over(): void;
}

/** Lets so many in at once; all others wait in the order they came. How many is said anew with each who comes. */
export class Turns {
  /** In the order they came. */
  readonly #waiting = new Map<symbol, () => void>();
  readonly #in = new Set<symbol>();
  #most = Infinity;

  /** Begins at once where there is room, and nobody waits. */
  take(most: number, begin: () => void): Turn {
    const id = Symbol("turn");
    this.#most = most;
    this.#waiting.set(id, begin);
    this.#next();
    return {
      over: () => {
        this.#waiting.delete(id);
        this.#in.delete(id);
        this.#next();
      },
    };
  }

  #next(): void {
    for (const [id, begin] of this.#waiting) {
      if (this.#in.size >= this.#most) return;
      this.#waiting.delete(id);
      this.#in.add(id);
      begin();
    }
  }
}
