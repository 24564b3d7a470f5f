/** How many requests each provider has under way. */
export interface ProviderLoad {
  of(providerId: string): number;
  /** Counts one more, unless the provider has `most` already; whether it did. */
  begin(providerId: string, most: number | null): boolean;
  end(providerId: string): void;
}

/** Of this thread alone. */
export class OwnLoad implements ProviderLoad {
  readonly #counts = new Map<string, number>();

  of(providerId: string): number {
    return this.#counts.get(providerId) ?? 0;
  }

  begin(providerId: string, most: number | null): boolean {
    const count = this.of(providerId);
    if (most !== null && count >= most) return false;
    this.#counts.set(providerId, count + 1);
    return true;
  }

  end(providerId: string): void {
    const count = this.of(providerId) - 1;
    if (count === 0) this.#counts.delete(providerId);
    else this.#counts.set(providerId, count);
  }
}

/** In shared memory: what all threads have under way together, then the part of each. */
export type SharedCount = Int32Array;

export function makeSharedCount(threads: number): SharedCount {
  return new Int32Array(new SharedArrayBuffer((1 + threads) * Int32Array.BYTES_PER_ELEMENT));
}

/** Of several threads together: a bound holds for all of them. A provider has to be known before it is asked. */
export class SharedLoad implements ProviderLoad {
  readonly #thread: number;
  readonly #counts = new Map<string, SharedCount>();

  constructor(thread: number) {
    this.#thread = thread;
  }

  /** Kept for good: requests may be under way to a provider that is gone. */
  know(providerId: string, count: SharedCount): void {
    this.#counts.set(providerId, count);
  }

  of(providerId: string): number {
    return Atomics.load(this.#require(providerId), 0);
  }

  begin(providerId: string, most: number | null): boolean {
    const count = this.#require(providerId);
    for (;;) {
      const before = Atomics.load(count, 0);
      if (most !== null && before >= most) return false;
      if (Atomics.compareExchange(count, 0, before, before + 1) === before) break;
    }
    Atomics.add(count, 1 + this.#thread, 1);
    return true;
  }

  end(providerId: string): void {
    const count = this.#require(providerId);
    Atomics.sub(count, 1 + this.#thread, 1);
    Atomics.sub(count, 0, 1);
  }

  #require(providerId: string): SharedCount {
    const count = this.#counts.get(providerId);
    if (count === undefined) throw new TypeError(`provider ${providerId} is not known here`);
    return count;
  }
}

/** A thread has died: what it had under way is so no more. */
export function giveBack(count: SharedCount, thread: number): void {
  Atomics.sub(count, 0, Atomics.exchange(count, 1 + thread, 0));
}
