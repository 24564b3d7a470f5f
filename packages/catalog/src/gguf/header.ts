import { open, type FileHandle } from "node:fs/promises";
import { ByteCursor, CutShort, Malformed } from "./byte-cursor.ts";

/**
 * The header of a GGUF file, without its vocabulary. An own reader, because `@huggingface/gguf` builds every string of a
 * vocabulary (500 ms of a blocked event loop for 150,000 tokens, against 10 ms here) and reads what a cut file lacks as
 * zeros, so that a truncated header looks whole.
 */
export interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' data begins. */
  readonly dataOffset: number;
}

/** Long arrays and arrays of strings are stepped over: only their length is kept. */
export type GgufValue =
  | string
  | number
  | boolean
  | { readonly length: number; readonly numbers: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  readonly elements: number;
  readonly type: number;
  /** From `dataOffset` on. */
  readonly offset: number;
}

export type GgufReading =
  | { readonly kind: "header"; readonly header: GgufHeader; readonly fileBytes: number }
  | { readonly kind: "corrupt"; readonly reason: string };

const firstReadBytes = 2 ** 20;
/** No vocabulary comes near; a header that claims more is nonsense. */
const maxHeaderBytes = 256 * 2 ** 20;
/** The largest models have some thousands; each one kept takes memory, and time from everybody else. */
const maxTensors = 100_000;

/** Reads as little of the file as the header takes. Rejects only when the file cannot be opened or read. */
export async function readGgufHeader(path: string): Promise<GgufReading> {
  const file = await open(path, "r");
  try {
    const fileBytes = (await file.stat()).size;
    for (let wanted = firstReadBytes; ; wanted *= 4) {
      const bytes = await readStart(file, Math.min(wanted, fileBytes, maxHeaderBytes));
      const reading = parse(bytes, fileBytes);
      if (reading.kind !== "short") return reading;
      if (bytes.length >= fileBytes) return corrupt(`the file ends inside its header, at byte ${fileBytes}`);
      if (bytes.length >= maxHeaderBytes) return corrupt("its header is over 256 MiB long");
    }
  } finally {
    await file.close();
  }
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

const corrupt = (reason: string): GgufReading => ({ kind: "corrupt", reason });

function parse(bytes: Buffer, fileBytes: number): GgufReading | { readonly kind: "short" } {
  try {
    return { kind: "header", header: parseGgufHeader(bytes), fileBytes };
  } catch (error) {
    if (error instanceof CutShort) return { kind: "short" };
    if (error instanceof Malformed) return corrupt(error.message);
    throw error;
  }
}

/** Throws `CutShort` when the bytes end too early, `Malformed` when they are no GGUF header. */
export function parseGgufHeader(bytes: Buffer): GgufHeader {
  const start = bytes.subarray(0, 4);
  if (bytes.length >= 4 && start.toString("latin1") !== "GGUF") {
    throw new Malformed(`not a GGUF file: it starts with ${start.toString("hex")} instead of "GGUF"`);
  }
  const cursor = new ByteCursor(bytes);
  cursor.skip(4);
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw new Malformed(`GGUF version ${version} is not 2 or 3`);
  const tensorCount = cursor.count("tensors", maxTensors);
  const metadataCount = cursor.count("metadata entries", 100_000);
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < metadataCount; index += 1) {
    const key = cursor.string("a metadata key");
    metadata.set(key, readValue(cursor, cursor.u32(), key));
  }
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < tensorCount; index += 1) tensors.push(readTensor(cursor));
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 1 || !Number.isInteger(alignment)) {
    throw new Malformed("general.alignment is not a positive whole number");
  }
  return { version, metadata, tensors, dataOffset: Math.ceil(cursor.offset / alignment) * alignment };
}

function readTensor(cursor: ByteCursor): GgufTensor {
  const name = cursor.string("a tensor's name");
  const dimensions = cursor.u32();
  if (dimensions > 8) throw new Malformed(`the tensor ${name} has ${dimensions} dimensions`);
  let elements = 1;
  for (let index = 0; index < dimensions; index += 1)
    elements *= cursor.count(`elements of ${name}`, 2 ** 40);
  return { name, elements, type: cursor.u32(), offset: cursor.count(`the offset of ${name}`, 2 ** 52) };
}

const maxKeptNumbers = 4096;
const stringType = 8;
const arrayType = 9;

function readValue(cursor: ByteCursor, type: number, key: string): GgufValue {
  if (type === stringType) return cursor.string(key);
  if (type === arrayType) return readArray(cursor, key);
  return cursor.scalar(type, key);
}

function readArray(cursor: ByteCursor, key: string): GgufValue {
  const type = cursor.u32();
  const length = cursor.count(`values of ${key}`, 100_000_000);
  if (type === arrayType) throw new Malformed(`${key} is an array of arrays`);
  const numbers: number[] = [];
  if (type === stringType) {
    for (let index = 0; index < length; index += 1) cursor.skipString(key);
  } else if (length <= maxKeptNumbers) {
    for (let index = 0; index < length; index += 1) numbers.push(Number(cursor.scalar(type, key)));
  } else {
    cursor.skip(length * cursor.scalarBytes(type, key));
  }
  return { length, numbers };
}
