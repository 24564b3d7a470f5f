/** Lets work that has to do with the same thing be done one after the other; what has to do with others goes on. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work when what was asked for the same thing before is done, however that ended. */
  take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(thing) ?? Promise.resolve()).then(work);
    // a failure is its caller's; the next one only waits for its end
    const over = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(thing) === over) this.#last.delete(thing);
      });
    this.#last.set(thing, over);
    return turn;
  }
}
