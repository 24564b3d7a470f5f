import type { WorkOptions } from "./handler.ts";

/** How many requests are worked on, and how many may be. Whoever waits is seated in turn. */
export class Seats {
  readonly #modifier: WorkOptions["concurrencyModifier"];
  readonly #waiting: (() => void)[] = [];
  #allowed: number;
  #taken = 0;
  #isSeating = false;

  constructor({ concurrency = 1, concurrencyModifier }: WorkOptions) {
    this.#allowed = wholeNumber(concurrency) ?? 1;
    this.#modifier = concurrencyModifier;
  }

  /** How many may be worked on at once, always; `undefined`: that is another number each time that the modifier is asked. */
  get always(): number | undefined {
    return this.#modifier === undefined ? this.#allowed : undefined;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Asks the modifier, and tells how many more may begin now. */
  async free(): Promise<number> {
    if (this.#modifier !== undefined) this.#allowed = await modified(this.#modifier, this.#allowed);
    return this.#left();
  }

  /** Takes a seat that `free` has told of. */
  take(): void {
    this.#taken += 1;
  }

  leave(): void {
    this.#taken -= 1;
    void this.#seat();
  }

  /** Resolves when the caller has a seat. Rejects with the signal's reason if that aborts before. */
  async sit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
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
      void this.#seat();
    });
  }

  #left(): number {
    return Math.max(0, this.#allowed - this.#taken);
  }

  /** The modifier is asked before each is seated, once at a time. */
  async #seat(): Promise<void> {
    if (this.#isSeating) return;
    this.#isSeating = true;
    while (this.#waiting.length > 0) {
      await this.free();
      // who leaves from here on finds that nobody is being seated
      if (this.#left() === 0) break;
      const seat = this.#waiting.shift();
      if (seat === undefined) break;
      this.#taken += 1;
      seat();
    }
    this.#isSeating = false;
  }
}

async function modified(
  modifier: NonNullable<WorkOptions["concurrencyModifier"]>,
  current: number,
): Promise<number> {
  try {
    return wholeNumber(await modifier(current)) ?? 1;
  } catch {
    return 1;
  }
}

/** Of what is no number at all, `undefined`; never below 1: a worker that may do nothing has no way back. */
function wholeNumber(value: number): number | undefined {
  return Number.isFinite(value) ? Math.max(1, Math.floor(value)) : undefined;
}
