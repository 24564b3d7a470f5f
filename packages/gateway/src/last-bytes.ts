const nothing = Buffer.alloc(0);
const leastOwnBytes = 4 * 1024;

/**
 * The last bytes of many. What comes in one piece is kept as it is; of more, each would hold on to all the memory that it
 * was read into, and they are copied.
 */
export class LastBytes {
  /** How many are kept; it may grow. */
  most = 0;
  #bytes: Buffer = nothing;
  /** Of `#bytes`, those that are taken. */
  #length = 0;
  #isOwn = false;

  push(piece: Buffer): void {
    if (this.#length === 0) {
      this.#bytes = piece;
      this.#length = piece.length;
    } else {
      this.#append(piece);
    }
  }

  /** Good until the next `push`. The only piece is there as a whole, however long it is. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #append(piece: Buffer): void {
    const added = Math.min(piece.length, this.most);
    const wanted = Math.min(this.#length + added, this.most);
    if (!this.#isOwn || this.#bytes.length < wanted) this.#own(wanted);
    const excess = this.#length + added - this.most;
    if (excess > 0) {
      this.#bytes.copyWithin(0, excess, this.#length);
      this.#length -= excess;
    }
    this.#length += piece.copy(this.#bytes, this.#length, piece.length - added);
  }

  /** There are thousands of them, and few that need all they may have. */
  #own(wanted: number): void {
    const own = Buffer.allocUnsafeSlow(Math.min(this.most, Math.max(2 * wanted, leastOwnBytes)));
    this.#length = this.#bytes.copy(own, 0, Math.max(0, this.#length - this.most), this.#length);
    this.#bytes = own;
    this.#isOwn = true;
  }
}
