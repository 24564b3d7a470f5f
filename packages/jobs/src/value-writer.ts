import type { Held } from "@berth/store";

/** So many values, or so many bytes of them, may wait until those before are on the disk. */
const mostWaiting = 500;
const mostWaitingBytes = 1024 * 1024;

/** Nobody needs what is written. */
export class WorkIsOver extends Error {}

/** `first`: the number of the first of these, from 1. */
type Append = (first: number, values: readonly Uint8Array[]) => Promise<Held>;

/** Adds what a job yields to its stream: what comes while some is being written goes along with the next. */
export class ValueWriter {
  readonly #append: Append;
  #written = 0;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(append: Append) {
    this.#append = append;
  }

  /** Resolves when the next may come. Rejects as `append` does, and with WorkIsOver. */
  async add(value: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#waiting.push(value);
    this.#bytes += value.length;
    this.#writing ??= this.#write();
    while (this.#waiting.length >= mostWaiting || this.#bytes >= mostWaitingBytes) await this.#settled();
  }

  /** Resolves when all of it is on the disk. */
  async end(): Promise<void> {
    while (this.#writing !== undefined) await this.#settled();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #settled(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const values = this.#waiting;
        this.#waiting = [];
        this.#bytes = 0;
        if ((await this.#append(this.#written + 1, values)) === "over")
          throw new WorkIsOver("the job is somebody else's, or has ended");
        this.#written += values.length;
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }
}
