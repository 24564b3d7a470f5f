/** The length of the longest end of `text` that could be the beginning of `mark`, short of the whole. */
export function partialMatch(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}

/** Cuts a stream of text at the earliest stop string, and holds back what may yet become one. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  push(text: string): { readonly text: string; readonly stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const all = this.#held + text;
    const matches = this.#stops.map((stop) => all.indexOf(stop)).filter((index) => index !== -1);
    if (matches.length > 0) {
      this.#held = "";
      return { text: all.slice(0, Math.min(...matches)), stopped: true };
    }
    const hold = Math.max(...this.#stops.map((stop) => partialMatch(all, stop)));
    this.#held = all.slice(all.length - hold);
    return { text: all.slice(0, all.length - hold), stopped: false };
  }

  /** What was held back: no stop string came of it. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}
