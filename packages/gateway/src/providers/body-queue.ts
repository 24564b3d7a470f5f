/** Held back for a slow reader before the sender is asked to pause. */
const pauseBytes = 256 * 1024;

/** The bytes of an answer between who receives and who reads them. Read once; leaving early lets go of the connection. */
export class BodyQueue implements AsyncIterable<Buffer> {
  readonly #pause: () => void;
  readonly #resume: () => void;
  readonly #abandon: () => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #paused = false;
  #end: { readonly error: Error | undefined } | undefined;
  #waiting: { readonly resolve: () => void } | undefined;

  constructor(connection: {
    readonly pause: () => void;
    readonly resume: () => void;
    readonly abandon: () => void;
  }) {
    this.#pause = connection.pause;
    this.#resume = connection.resume;
    this.#abandon = connection.abandon;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > pauseBytes && !this.#paused) {
      this.#paused = true;
      this.#pause();
    }
    this.#wake();
  }

  /** No more comes: because all is there, or because of the error. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let whole = false;
    try {
      for (;;) {
        // all that are there at once: to shift a long list again and again is slow
        const pieces = this.#pieces;
        this.#pieces = [];
        for (const piece of pieces) {
          this.#taken(piece.length);
          yield piece;
        }
        if (pieces.length > 0) continue;
        if (this.#end !== undefined) {
          if (this.#end.error !== undefined) throw this.#end.error;
          whole = true;
          return;
        }
        await new Promise<void>((resolve) => {
          this.#waiting = { resolve };
        });
      }
    } finally {
      if (!whole) this.#abandon();
    }
  }

  #taken(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.#paused || this.#bytes > pauseBytes / 2) return;
    this.#paused = false;
    this.#resume();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}
