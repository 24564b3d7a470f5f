import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Hands a script its input. One that ends before it has read all is no failure. */
export function feed(stdin: Writable, input: string | Buffer | Readable | undefined): void {
  stdin.on("error", () => undefined);
  if (input === undefined || typeof input === "string" || Buffer.isBuffer(input)) stdin.end(input);
  else pipeline(input, stdin).catch(() => undefined);
}

export async function readAll(stdout: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
