import { untilAborted } from "./until-aborted.ts";

/** One question at a time: whoever comes in the same moment, or while one is being answered, shares the next. */
export class Gathering<Item, Answer> {
  readonly #ask: (items: readonly Item[]) => Promise<Answer>;
  #items: Item[] = [];
  #next: Promise<Answer> | undefined;
  #current: Promise<unknown> = Promise.resolve();

  constructor(ask: (items: readonly Item[]) => Promise<Answer>) {
    this.#ask = ask;
  }

  /** The answer for all that share it. Rejects with the signal's reason when it aborts; the others are answered. */
  join(items: readonly Item[], signal?: AbortSignal): Promise<Answer> {
    this.#items.push(...items);
    this.#next ??= this.#open();
    return signal === undefined ? this.#next : untilAborted(this.#next, signal);
  }

  #open(): Promise<Answer> {
    const turn = this.#current.then(() => {
      const items = this.#items;
      this.#items = [];
      this.#next = undefined;
      return this.#ask(items);
    });
    // a question that failed is its askers' to handle
    this.#current = turn.catch(() => undefined);
    return turn;
  }
}
