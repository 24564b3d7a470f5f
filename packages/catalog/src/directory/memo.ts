/** Remembers what was computed for a key, up to a number of keys; the one not asked for longest goes first. */
export class Memo<V> {
  readonly #max: number;
  readonly #values = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  /** What `compute` gave for the key last time; a failure is not remembered. */
  async get(key: string, compute: () => Promise<V>): Promise<V> {
    const known = this.#values.get(key);
    const value = known ?? (await compute());
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#max) {
      const oldest = this.#values.keys().next();
      if (oldest.done !== true) this.#values.delete(oldest.value);
    }
    return value;
  }
}
