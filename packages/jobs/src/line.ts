import type { Clock } from "@berth/std/clock";

/** A place in a line. */
export interface Place<Call> {
  /** Resolves when it is called, the time is over, or the signal aborts. */
  readonly over: Promise<void>;
  /** Gives it up. Returns what it had been called for. */
  leave(): Call | undefined;
}

interface Waiting<Call> {
  readonly suits: (call: Call) => boolean;
  readonly call: (call: Call) => void;
}

/**
 * Who stands in line for one thing, and is called when there may be some: as many as there is, and of those whom it suits who
 * came first, first.
 */
export class Line<Call> {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #waiting = new Map<string, Set<Waiting<Call>>>();

  constructor(clock: Pick<Clock, "sleep">) {
    this.#clock = clock;
  }

  /** Gets in line at once: what is called from now on is not missed. */
  join(
    what: string,
    ms: number,
    signal: AbortSignal,
    suits: (call: Call) => boolean = () => true,
  ): Place<Call> {
    const leaving = new AbortController();
    let calledFor: Call | undefined;
    const one: Waiting<Call> = {
      suits,
      call: (call) => {
        calledFor = call;
        leaving.abort();
      },
    };
    const waiting = this.#waiting.get(what) ?? new Set();
    this.#waiting.set(what, waiting.add(one));
    const over = this.#clock
      .sleep(ms, AbortSignal.any([leaving.signal, signal]))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted && !signal.aborted) throw error;
      })
      .finally(() => {
        waiting.delete(one);
        if (waiting.size === 0 && this.#waiting.get(what) === waiting) this.#waiting.delete(what);
      });
    return {
      over,
      leave: () => {
        leaving.abort();
        waiting.delete(one);
        return calledFor;
      },
    };
  }

  callFirst(what: string, call: Call): void {
    const waiting = this.#waiting.get(what);
    for (const one of waiting ?? []) {
      if (!one.suits(call)) continue;
      // the next call is the next one's
      waiting?.delete(one);
      return one.call(call);
    }
  }

  callAll(what: string, call: Call): void {
    for (const one of this.#waiting.get(what) ?? []) one.call(call);
  }
}
