import type { Readable } from "node:stream";

/** The body as it was before it was packed for the way. Throws RangeError for a coding that nobody has asked for. */
export function decodeBody(body: AsyncIterable<Buffer>, coding: string | undefined): AsyncIterable<Buffer> {
  if (coding === undefined || coding === "" || coding === "identity") return body;
  // loaded only where somebody packs
  const { createBrotliDecompress, createGunzip, createInflate, constants } =
    process.getBuiltinModule("node:zlib");
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  switch (coding.toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return through(body, createGunzip(flush));
    case "deflate":
      return through(body, createInflate(flush));
    case "br":
      return through(body, createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }));
  }
  throw new RangeError(`the answer is packed in an unknown way: ${coding}`);
}

function through(
  body: AsyncIterable<Buffer>,
  unpack: NodeJS.ReadWriteStream & Readable,
): AsyncIterable<Buffer> {
  const { Readable: ReadableStream, pipeline } = process.getBuiltinModule("node:stream");
  // what goes wrong on either side is thrown to the reader
  return pipeline(ReadableStream.from(body), unpack, () => undefined) as unknown as AsyncIterable<Buffer>;
}
