import { crc32 } from "node:zlib";
import { ProviderFailure } from "../provider-failure.ts";

/** A message of `application/vnd.amazon.eventstream`: its headers that are texts, and what it carries. */
export interface StreamMessage {
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

const preludeBytes = 12;
const checksumBytes = 4;
const maxFrameBytes = 16 * 1024 * 1024;

/** Reads messages from bytes, however they are cut. Throws ProviderFailure for a wrong checksum, and for an end within one. */
export async function* readEventStream(body: AsyncIterable<Buffer>): AsyncGenerator<StreamMessage> {
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of body) {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    for (let length = frameLength(held); length <= held.length; length = frameLength(held)) {
      yield readFrame(held.subarray(0, length));
      held = held.subarray(length);
    }
  }
  if (held.length > 0) throw broken("ended within a message");
}

/** Infinite until it can be told. */
function frameLength(bytes: Buffer): number {
  if (bytes.length < preludeBytes) return Infinity;
  // before its length is believed
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw broken("has a wrong checksum");
  const length = bytes.readUInt32BE(0);
  if (length < preludeBytes + checksumBytes + bytes.readUInt32BE(4) || length > maxFrameBytes)
    throw broken(`has a message of ${length} bytes`);
  return length;
}

function readFrame(frame: Buffer): StreamMessage {
  const end = frame.length - checksumBytes;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw broken("has a wrong checksum");
  const payloadAt = preludeBytes + frame.readUInt32BE(4);
  return {
    headers: readHeaders(frame.subarray(preludeBytes, payloadAt)),
    payload: frame.subarray(payloadAt, end),
  };
}

/** Bytes of a header's value by its type; those of types 6 and 7 tell their length. */
const fixedBytes = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const textType = 7;

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const type = bytes.readUInt8(nameEnd);
    if (type >= fixedBytes.length) throw broken(`has a header of the unknown type ${type}`);
    const fixed = fixedBytes[type];
    const valueAt = nameEnd + 1 + (fixed === undefined ? 2 : 0);
    const valueEnd = valueAt + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (type === textType)
      headers.set(bytes.toString("utf8", at + 1, nameEnd), bytes.toString("utf8", valueAt, valueEnd));
    at = valueEnd;
  }
  return headers;
}

function broken(what: string): ProviderFailure {
  return new ProviderFailure({ kind: "failed", message: `SageMaker's stream ${what}` });
}
