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
  readonly #stops: readonly StopString[];
  #held = "";
  /** Characters so far, and where among them the first whole stop string begins. */
  #length = 0;
  #cut = Infinity;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "").map((stop) => new StopString(stop));
  }

  push(text: string): { readonly text: string; readonly stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const all = this.#held + text;
    const from = this.#length - this.#held.length;
    for (const stop of this.#stops) this.#cut = Math.min(this.#cut, this.#length + stop.push(text));
    this.#length += text.length;
    const certain = this.#length - Math.max(...this.#stops.map(({ begun }) => begun));
    // a longer one that began before a whole one is waited for
    const stopped = this.#cut <= certain;
    const told = (stopped ? this.#cut : certain) - from;
    this.#held = stopped ? "" : all.slice(told);
    return { text: all.slice(0, told), stopped };
  }

  /**
   * What was held back, when no more text comes. With `dropBegun`, nothing of a stop string that had begun is left: for
   * servers that end at one and withhold its last token.
   */
  end({ dropBegun = false } = {}): string {
    const held = this.#held;
    const cut = this.#cut - (this.#length - held.length);
    this.#held = "";
    return cut >= held.length && dropBegun ? "" : held.slice(0, cut);
  }
}

/** Looks for one stop string (Knuth, Morris and Pratt): each character is looked at once, however long it is. */
class StopString {
  readonly #stop: string;
  /** Of each beginning, the longest shorter one that it ends in. */
  readonly #borders: Uint32Array;
  /** How much of it the text ends in, short of the whole. */
  begun = 0;

  constructor(stop: string) {
    this.#stop = stop;
    this.#borders = new Uint32Array(stop.length);
    for (let at = 1, border = 0; at < stop.length; at += 1)
      this.#borders[at] = border = this.#after(border, stop.charCodeAt(at));
  }

  /** Where in the text it first begins, negative before it; `Infinity` when it is not there. */
  push(text: string): number {
    let first = Infinity;
    for (let at = 0; at < text.length; at += 1) {
      this.begun = this.#after(this.begun, text.charCodeAt(at));
      if (this.begun < this.#stop.length) continue;
      first = Math.min(first, at + 1 - this.#stop.length);
      this.begun = this.#borders[this.#stop.length - 1] ?? 0;
    }
    return first;
  }

  #after(begun: number, code: number): number {
    let length = begun;
    while (length > 0 && this.#stop.charCodeAt(length) !== code) length = this.#borders[length - 1] ?? 0;
    return this.#stop.charCodeAt(length) === code ? length + 1 : length;
  }
}
