import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BerthError } from "@berth/api";

/** Hands a script its input. One that ends before it has read all is no failure. */
export function feed(stdin: Writable, input: string | Buffer | Readable | undefined): void {
  stdin.on("error", () => undefined);
  if (input === undefined || typeof input === "string" || Buffer.isBuffer(input)) stdin.end(input);
  else pipeline(input, stdin).catch(() => undefined);
}

/** Many times what a queue of tens of thousands of Slurm jobs fills. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Throws `upstream_failed` for an answer without an end: a host may say more than this machine can hold. */
export async function readAll(stdout: Readable, maxBytes = maxAnswerBytes): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdout) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes)
      throw new BerthError("upstream_failed", `a command answered with more than ${maxBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** The first and the last of what is said on standard error, however much that is. */
export class KeptWords {
  readonly #keptLength: number;
  #said = "";

  constructor(keptLength: number) {
    this.#keptLength = keptLength;
  }

  get text(): string {
    return this.#said;
  }

  add(text: string): void {
    this.#said += text;
    if (this.#said.length > 2 * this.#keptLength)
      this.#said = this.#said.slice(0, 4096) + this.#said.slice(-this.#keptLength);
  }
}
