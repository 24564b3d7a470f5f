import type { WorkOptions } from "./handler.ts";

/** How many requests are worked on, and how many may be. Whoever waits is seated in turn. */
export class Seats {
  readonly #modifier: ((current: number) => number) | undefined;
  readonly #waiting: (() => void)[] = [];
  #allowed: number;
  #taken = 0;

  constructor({ concurrency = 1, concurrencyModifier }: WorkOptions) {
    this.#allowed = wholeNumber(concurrency) ?? 1;
    this.#modifier = concurrencyModifier;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Asks the modifier, and tells how many more may begin now. */
  free(): number {
    if (this.#modifier !== undefined) this.#allowed = modified(this.#modifier, this.#allowed);
    return Math.max(0, this.#allowed - this.#taken);
  }

  /** Takes a seat that `free` has told of. */
  take(): void {
    this.#taken += 1;
  }

  leave(): void {
    this.#taken -= 1;
    while (this.#waiting.length > 0 && this.free() > 0) {
      this.#taken += 1;
      this.#waiting.shift()?.();
    }
  }

  /** Resolves when the caller has a seat. Rejects with the signal's reason if that aborts before. */
  async sit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.free() > 0) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const stand = (): void => {
        const index = this.#waiting.indexOf(seat);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal.reason as Error);
      };
      const seat = (): void => {
        signal.removeEventListener("abort", stand);
        resolve();
      };
      signal.addEventListener("abort", stand, { once: true });
      this.#waiting.push(seat);
    });
  }
}

function modified(modifier: (current: number) => number, current: number): number {
  try {
    return wholeNumber(modifier(current)) ?? 1;
  } catch {
    return 1;
  }
}

/** Of what is no number at all, `undefined`; never below 1: a worker that may do nothing has no way back. */
function wholeNumber(value: number): number | undefined {
  return Number.isFinite(value) ? Math.max(1, Math.floor(value)) : undefined;
}
