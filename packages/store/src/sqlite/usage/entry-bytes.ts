import type { LedgerEntry } from "../../store.ts";

const firstBytes = 512 * 1024;
const comma = 0x2c;

/**
 * Entries on their way to another thread, as the inside of a list of JSON. As bytes they are handed over without a copy,
 * and give the garbage collector nothing that stays for a while.
 */
export class EntryBytes {
  #space: Buffer;
  #length = 0;
  #entries = 0;

  /** `space` is written over. */
  constructor(space: Buffer = Buffer.allocUnsafeSlow(firstBytes)) {
    this.#space = space;
  }

  get entries(): number {
    return this.#entries;
  }

  get length(): number {
    return this.#length;
  }

  /** An entry as JSON. */
  add(json: string): void {
    this.#reserve(this.#length + 1 + Buffer.byteLength(json));
    if (this.#entries > 0) this.#space[this.#length++] = comma;
    this.#length += this.#space.write(json, this.#length, "utf8");
    this.#entries += 1;
  }

  /** All that was added; it is of no use any more. */
  take(): Buffer<ArrayBuffer> {
    return this.#space.subarray(0, this.#length) as Buffer<ArrayBuffer>;
  }

  #reserve(length: number): void {
    if (length <= this.#space.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#space.length));
    this.#space.copy(larger, 0, 0, this.#length);
    this.#space = larger;
  }
}

/** Of bytes as `EntryBytes` gives them. */
export function readEntries(bytes: Uint8Array): LedgerEntry[] {
  return JSON.parse(
    `[${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")}]`,
  ) as LedgerEntry[];
}
