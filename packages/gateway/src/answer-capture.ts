const maxBytes = 1024 * 1024;

/** The bytes that a caller was sent, kept for who wants to read them again: the first mebibyte. */
export class AnswerCapture {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #isWhole = true;

  push(bytes: Buffer): void {
    const room = maxBytes - this.#bytes;
    if (bytes.length > room) this.#isWhole = false;
    if (room <= 0) return;
    // a copy: the piece may be part of something far larger
    this.#pieces.push(Buffer.from(bytes.subarray(0, room)));
    this.#bytes += Math.min(bytes.length, room);
  }

  /** Whether nothing was left out. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
