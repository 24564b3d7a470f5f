/** The length of the longest end of `text` that could be the beginning of `mark`, short of the whole. */
export function partialMatch(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}

/**
 * Cuts a stream of text where a stop string first begins in it, and holds back what may yet become one: what comes out
 * is the same however the text was cut into pieces.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  push(text: string): { readonly text: string; readonly stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const all = this.#held + text;
    const cut = this.#firstIn(all);
    const certain = all.length - Math.max(...this.#stops.map((stop) => partialMatch(all, stop)));
    // a longer one that began before a whole one is waited for
    const stopped = cut <= certain && cut < all.length;
    const told = stopped ? cut : certain;
    this.#held = stopped ? "" : all.slice(told);
    return { text: all.slice(0, told), stopped };
  }

  /**
   * What was held back, when no more text comes. With `dropBegun`, nothing of a stop string that had begun is left: for
   * servers that end at one and withhold its last token.
   */
  end({ dropBegun = false } = {}): string {
    const held = this.#held;
    this.#held = "";
    const cut = this.#firstIn(held);
    return cut === held.length && dropBegun ? "" : held.slice(0, cut);
  }

  /** Where the first whole stop string begins, or the length. */
  #firstIn(text: string): number {
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((index) => index !== -1);
    return Math.min(text.length, ...found);
  }
}
