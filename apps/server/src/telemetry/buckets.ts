/** How many values lie under each bound and above the one before, how many above all, and what they come to together. */
export class Buckets {
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** `bounds` ascend. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get sum(): number {
    return this.#sum;
  }

  get isEmpty(): boolean {
    return this.#counts.every((count) => count === 0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > this.bounds[at]!) at += 1;
    this.#counts[at]! += 1;
    this.#sum += value;
  }

  /** Both have the same bounds. */
  add(other: Buckets): void {
    for (const [at, count] of other.#counts.entries()) this.#counts[at]! += count;
    this.#sum += other.#sum;
  }

  /** Values up to each bound, in the bounds' order, and at last all of them. */
  cumulative(): readonly number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => (total += count));
  }
}
