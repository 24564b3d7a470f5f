/** The bytes end before what is read does. */
export class CutShort extends Error {}

/** The bytes cannot be what they claim to be; the message says why. */
export class Malformed extends Error {}

const maxStringBytes = 16 * 2 ** 20;
const scalarSizes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];

/** Reads GGUF's little-endian values one after the other. Every read throws `CutShort` past the end. */
export class ByteCursor {
  readonly #bytes: Buffer;
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(length: number): void {
    this.#take(length);
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  /** A 64-bit count; `Malformed` above `max`. */
  count(what: string, max: number): number {
    const at = this.#take(8);
    const value = this.#bytes.readUInt32LE(at + 4) * 2 ** 32 + this.#bytes.readUInt32LE(at);
    if (value > max) throw new Malformed(`it claims over ${max} for ${what}`);
    return value;
  }

  string(what: string): string {
    const length = this.count(`the length of ${what}`, maxStringBytes);
    const at = this.#take(length);
    return this.#bytes.toString("utf8", at, at + length);
  }

  skipString(what: string): void {
    this.skip(this.count(`the length of a string in ${what}`, maxStringBytes));
  }

  scalarBytes(type: number, what: string): number {
    const size = scalarSizes[type];
    if (size === undefined) throw new Malformed(`${what} has the unknown type ${type}`);
    return size;
  }

  /** A number or boolean of one of GGUF's value types; 64-bit ones lose precision above 2^53. */
  scalar(type: number, what: string): number | boolean {
    const at = this.#take(this.scalarBytes(type, what));
    const bytes = this.#bytes;
    if (type === 0) return bytes.readUInt8(at);
    if (type === 1) return bytes.readInt8(at);
    if (type === 2) return bytes.readUInt16LE(at);
    if (type === 3) return bytes.readInt16LE(at);
    if (type === 4) return bytes.readUInt32LE(at);
    if (type === 5) return bytes.readInt32LE(at);
    if (type === 6) return bytes.readFloatLE(at);
    if (type === 7) return bytes.readUInt8(at) !== 0;
    if (type === 10) return Number(bytes.readBigUInt64LE(at));
    if (type === 11) return Number(bytes.readBigInt64LE(at));
    return bytes.readDoubleLE(at);
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) throw new CutShort();
    this.offset = at + length;
    return at;
  }
}
