import { open } from "node:fs/promises";
import { asRecord } from "./config-facts.ts";

export type SafetensorsReading =
  | { readonly kind: "header"; readonly parameters: number }
  | { readonly kind: "corrupt"; readonly reason: string };

const maxHeaderBytes = 128 * 2 ** 20;

/**
 * Counts the weights of one safetensors file from its header, and checks that the file is as long as the header says.
 * Rejects only when the file cannot be opened or read.
 */
export async function readSafetensors(path: string): Promise<SafetensorsReading> {
  const file = await open(path, "r");
  try {
    const fileBytes = (await file.stat()).size;
    const prefix = Buffer.alloc(8);
    if ((await file.read(prefix, 0, 8, 0)).bytesRead < 8) return cutShort(fileBytes, 8);
    const headerBytes = prefix.readUInt32LE(0) + prefix.readUInt32LE(4) * 2 ** 32;
    if (headerBytes > maxHeaderBytes) return corrupt("not a safetensors file: its header's length is absurd");
    const header = Buffer.alloc(Math.min(headerBytes, Math.max(0, fileBytes - 8)));
    await file.read(header, 0, header.length, 8);
    if (header.length < headerBytes) return cutShort(fileBytes, 8 + headerBytes);
    return checkHeader(header.toString("utf8"), fileBytes - 8 - headerBytes, fileBytes);
  } finally {
    await file.close();
  }
}

function checkHeader(json: string, dataBytes: number, fileBytes: number): SafetensorsReading {
  const parsed = parseJson(json);
  if (parsed === undefined) return corrupt("not a safetensors file: its header is not JSON");
  let parameters = 0;
  let neededBytes = 0;
  for (const [name, entry] of Object.entries(asRecord(parsed))) {
    if (name === "__metadata__") continue;
    const { shape, data_offsets: offsets } = asRecord(entry);
    if (!isCounts(shape) || !isCounts(offsets)) return corrupt(`the tensor ${name} has no shape or offsets`);
    parameters += shape.reduce((product, size) => product * size, 1);
    neededBytes = Math.max(neededBytes, offsets[1] ?? 0);
  }
  if (neededBytes > dataBytes) return cutShort(fileBytes, fileBytes - dataBytes + neededBytes);
  return { kind: "header", parameters };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** `undefined` when the text is not JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const corrupt = (reason: string): SafetensorsReading => ({ kind: "corrupt", reason });

const cutShort = (fileBytes: number, neededBytes: number): SafetensorsReading =>
  corrupt(`the file has ${fileBytes} bytes, but its tensors need ${neededBytes}: it was cut short`);
