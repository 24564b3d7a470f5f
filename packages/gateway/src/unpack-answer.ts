import { brotliDecompressSync, constants, gunzipSync, inflateSync } from "node:zlib";
import { AnswerTail } from "./answer-tail.ts";

// of a tail of some KiB that becomes more, nobody wants to know the end
const maxOutputLength = 1024 * 1024;
const zlib = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
const brotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength };

const unpackers: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, zlib),
  deflate: (bytes) => inflateSync(bytes, zlib),
  br: (bytes) => brotliDecompressSync(bytes, brotli),
};

/** The answer without its packing, as far as it came; `undefined` where its beginning was not kept, or it cannot be read. */
export function unpackAnswer(tail: AnswerTail, coding: string): AnswerTail | undefined {
  const unpack = unpackers[coding.toLowerCase()];
  const bytes = tail.bytes();
  if (unpack === undefined || bytes.length < tail.totalBytes) return undefined;
  try {
    const unpacked = new AnswerTail();
    unpacked.push(unpack(bytes));
    return unpacked;
  } catch {
    // broken, or far too large: the client sees that itself
    return undefined;
  }
}
