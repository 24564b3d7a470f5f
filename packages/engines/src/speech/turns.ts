import { FairLine } from "../serving/fair-line.ts";

interface Waiting {
  readonly go: () => void;
}

/** One works at a time; those who wait take turns, so that a short recording need not wait for the end of a long one. */
export class Turns {
  readonly #line = new FairLine<Waiting>();
  #isTaken = false;

  /** Works when it is the owner's turn, and lets the next one work afterwards. Rejects with the signal's reason. */
  async take<Result>(owner: object, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    if (this.#isTaken) await this.#wait(owner, signal);
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      if (next === undefined) this.#isTaken = false;
      else next.go();
    }
  }

  #wait(owner: object, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#line.remove(owner, waiting);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        go: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      this.#line.push(owner, waiting);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}
