import { createCipheriv, createHash } from "node:crypto";

/** Bytes that are made when they are asked for: the same for the same seed, from any offset on, and never stored. */
export interface GeneratedContent {
  readonly sizeBytes: number;
  readonly seed: string;
  /** What the file begins with, for files that must be told by their header. Base64. */
  readonly head?: string;
  /** What the hub says its digest is, without computing it: for files too big to be made, and for lies. */
  readonly sha256?: string;
}

export type HubContent = string | Buffer | GeneratedContent;

export function contentBytes(content: HubContent): number {
  if (typeof content === "string") return Buffer.byteLength(content);
  return Buffer.isBuffer(content) ? content.length : content.sizeBytes;
}

/** The bytes from `start` up to, not including, `end`. */
export function readContent(content: HubContent, start: number, end: number): Buffer {
  if (typeof content === "string") return Buffer.from(content).subarray(start, end);
  if (Buffer.isBuffer(content)) return content.subarray(start, end);
  const bytes = keystream(content.seed, start, end);
  const head = Buffer.from(content.head ?? "", "base64");
  if (start < head.length) head.copy(bytes, 0, start, Math.min(head.length, end));
  return bytes;
}

/** AES in counter mode: as random as it gets, and it starts anywhere. */
function keystream(seed: string, start: number, end: number): Buffer {
  const block = Math.floor(start / 16);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(block), 8);
  const key = createHash("md5").update(seed).digest();
  const zeros = Buffer.alloc(end - block * 16);
  return createCipheriv("aes-128-ctr", key, counter)
    .update(zeros)
    .subarray(start - block * 16);
}

const chunkBytes = 2 ** 20;

/** The digest of the whole content, with git's blob header in front when `asGitBlob`; in hex. */
export function digestContent(content: HubContent, algorithm: "sha1" | "sha256", asGitBlob = false): string {
  const hash = createHash(algorithm);
  const size = contentBytes(content);
  if (asGitBlob) hash.update(`blob ${size}\0`);
  for (let start = 0; start < size; start += chunkBytes) {
    hash.update(readContent(content, start, Math.min(size, start + chunkBytes)));
  }
  return hash.digest("hex");
}
