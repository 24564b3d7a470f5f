import type { WorkerServer } from "./worker-server.ts";

/** How a stream of values is to be concluded. */
export type StreamEnd =
  /** The server has all of them. */
  | { readonly kind: "streamed" }
  /** It is not sure what it has: here they are, as one array. */
  | { readonly kind: "json"; readonly text: string };

const maxBatch = 1000;
const maxBatchCharacters = 4_000_000;
/** The generator waits while more than this is on its way. */
const maxPendingCharacters = 8_000_000;

/**
 * Sends yielded values on, as many at once as came while the last ones were sent. A call whose answer is lost may have
 * been heard or not; then nothing more is streamed, and all values are the result in the end.
 */
export class ValueStream {
  readonly #send: (values: readonly string[]) => ReturnType<WorkerServer["append"]>;
  readonly #over: () => void;
  readonly #values: string[] = [];
  #sent = 0;
  #pendingCharacters = 0;
  #isSure = true;
  #sending: Promise<void> | undefined;

  /** `over` hears that the lease is not held any more. */
  constructor(send: (values: readonly string[]) => ReturnType<WorkerServer["append"]>, over: () => void) {
    this.#send = send;
    this.#over = over;
  }

  /** `value` is a JSON text. Resolves when there is room for more. */
  async push(value: string): Promise<void> {
    this.#values.push(value);
    if (!this.#isSure) return;
    this.#pendingCharacters += value.length;
    this.#sending ??= this.#flush();
    if (this.#pendingCharacters > maxPendingCharacters) await this.#sending;
  }

  async end(): Promise<StreamEnd> {
    while (this.#sending !== undefined) await this.#sending;
    // what is streamed as nothing at all is an empty array either way
    if (this.#isSure && this.#sent > 0) return { kind: "streamed" };
    return { kind: "json", text: `[${this.#values.join(",")}]` };
  }

  async #flush(): Promise<void> {
    // what is yielded in one go goes in one call
    await Promise.resolve();
    while (this.#isSure && this.#sent < this.#values.length) {
      const batch = this.#nextBatch();
      const answer = await this.#send(batch);
      this.#pendingCharacters -= batch.reduce((sum, text) => sum + text.length, 0);
      if (answer.kind !== "done") this.#isSure = false;
      else if (answer.value === "over") {
        this.#isSure = false;
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
