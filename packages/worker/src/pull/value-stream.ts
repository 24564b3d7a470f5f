import type { Answer, Held } from "./worker-server.ts";

/** How a stream of values is to be concluded. */
export type StreamEnd =
  /** The server has all of them. */
  | { readonly kind: "streamed" }
  /** It has not taken all: here they are, as one array. */
  | { readonly kind: "json"; readonly text: string };

const maxBatch = 1000;
const maxBatchCharacters = 4_000_000;
/** The generator waits while more than this is on its way. */
const maxPendingCharacters = 8_000_000;

/** Sends some values, the first of which has that number, until there is an answer. `undefined`: there was none, and time was up. */
export type SendValues = (
  first: number,
  values: readonly string[],
) => Promise<Exclude<Answer<Held>, { kind: "away" }> | undefined>;

/**
 * Sends yielded values on, as many at once as came while the last ones were sent. When some are refused, or cannot be told
 * any more, nothing more is streamed, and all values are the result in the end.
 */
export class ValueStream {
  readonly #send: SendValues;
  readonly #over: () => void;
  readonly #values: string[] = [];
  #sent = 0;
  #pendingCharacters = 0;
  #isTaken = true;
  #sending: Promise<void> | undefined;

  /** `over` hears that the lease is not held any more. */
  constructor(send: SendValues, over: () => void) {
    this.#send = send;
    this.#over = over;
  }

  /** `value` is a JSON text. Resolves when there is room for more. */
  async push(value: string): Promise<void> {
    this.#values.push(value);
    if (!this.#isTaken) return;
    this.#pendingCharacters += value.length;
    this.#sending ??= this.#flush();
    if (this.#pendingCharacters > maxPendingCharacters) await this.#sending;
  }

  async end(): Promise<StreamEnd> {
    while (this.#sending !== undefined) await this.#sending;
    // what is streamed as nothing at all is an empty array either way
    if (this.#isTaken && this.#sent > 0) return { kind: "streamed" };
    return { kind: "json", text: `[${this.#values.join(",")}]` };
  }

  async #flush(): Promise<void> {
    // what is yielded in one go goes in one call
    await Promise.resolve();
    while (this.#isTaken && this.#sent < this.#values.length) {
      const batch = this.#nextBatch();
      const answer = await this.#send(this.#sent + 1, batch);
      this.#pendingCharacters -= batch.reduce((sum, text) => sum + text.length, 0);
      if (answer?.kind !== "done") this.#isTaken = false;
      else if (answer.value === "over") {
        this.#isTaken = false;
        this.#over();
      } else this.#sent += batch.length;
    }
    // at once: whoever comes next begins anew
    this.#sending = undefined;
  }

  #nextBatch(): readonly string[] {
    const batch: string[] = [];
    let characters = 0;
    for (const value of this.#values.slice(this.#sent, this.#sent + maxBatch)) {
      if (batch.length > 0 && characters + value.length > maxBatchCharacters) break;
      batch.push(value);
      characters += value.length;
    }
    return batch;
  }
}
