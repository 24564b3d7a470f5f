import type { Clock } from "@berth/std/clock";

/** A place in a line. */
export interface Place {
  /** Resolves when it is called, the time is over, or the signal aborts. */
  readonly over: Promise<void>;
  /** Gives it up. Returns whether it had been called. */
  leave(): boolean;
}

/** Who stands in line for one thing, and is called when there may be some: as many as there is, and who came first, first. */
export class Line {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Pick<Clock, "sleep">) {
    this.#clock = clock;
  }

  /** Gets in line at once: what is called from now on is not missed. */
  join(what: string, ms: number, signal: AbortSignal): Place {
    const leaving = new AbortController();
    let isCalled = false;
    const call = (): void => {
      isCalled = true;
      leaving.abort();
    };
    const waiting = this.#waiting.get(what) ?? new Set();
    this.#waiting.set(what, waiting.add(call));
    const over = this.#clock
      .sleep(ms, AbortSignal.any([leaving.signal, signal]))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted && !signal.aborted) throw error;
      })
      .finally(() => {
        waiting.delete(call);
        if (waiting.size === 0 && this.#waiting.get(what) === waiting) this.#waiting.delete(what);
      });
    return {
      over,
      leave: () => {
        leaving.abort();
        waiting.delete(call);
        return isCalled;
      },
    };
  }

  callFirst(what: string): void {
    const waiting = this.#waiting.get(what);
    const [first] = waiting ?? [];
    if (first === undefined) return;
    // the next call is the next one's
    waiting?.delete(first);
    first();
  }

  callAll(what: string): void {
    for (const call of this.#waiting.get(what) ?? []) call();
  }
}
