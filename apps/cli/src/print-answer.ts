import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { readEvents } from "@berth/client";
import type { Cli } from "./cli.ts";
import { CliError } from "./exit.ts";
import { PlainStream } from "./terminal/plain-stream.ts";

export interface Answer {
  readonly contentType: string | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface PrintOptions {
  /** A file in place of standard output; `-` is standard output, whatever comes. */
  readonly output?: string | undefined;
  /** Of server-sent events only their data, a line each; what comments say is heard. */
  readonly onComment?: ((text: string) => void) | undefined;
}

/**
 * Prints an answer as it comes, byte for byte; a terminal gets only text, and nothing that could steer it. Throws where it
 * would get something else.
 */
export async function printAnswer(cli: Cli, answer: Answer, options: PrintOptions = {}): Promise<void> {
  const { contentType, pieces } = answer;
  const { output, onComment } = options;
  if (output !== undefined && output !== "-") {
    await pipeline(pieces, createWriteStream(cli.path(output)));
    return;
  }
  const { stdout } = cli.io;
  if (contentType?.startsWith("text/event-stream") === true && onComment !== undefined) {
    for await (const { data } of readEvents(asText(pieces), onComment)) {
      if (stdout.isTTY) cli.printPlain(data);
      else await write(cli, `${data}\n`);
    }
    return;
  }
  if (!stdout.isTTY || output === "-") {
    for await (const piece of pieces) await write(cli, piece);
    return;
  }
  if (!isText(contentType))
    throw new CliError(
      "failed",
      `the answer is ${contentType ?? "of no known type"}, nothing for a terminal: give --output FILE`,
    );
  const plain = new PlainStream();
  let last = "\n";
  for await (const text of asText(pieces)) {
    await write(cli, plain.pass(text));
    last = text.at(-1) ?? last;
  }
  if (last !== "\n") cli.print("");
}

/** Whether a person can read it. */
export function isText(contentType: string | undefined): boolean {
  const [type = ""] = (contentType ?? "").toLowerCase().split(";");
  return /^(text\/.*|application\/(.*\+)?(json|xml|yaml|x-ndjson|javascript|x-www-form-urlencoded))$/.test(
    type.trim(),
  );
}

/** Characters may be split over pieces. */
async function* asText(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

async function write({ io }: Cli, piece: string | Uint8Array): Promise<void> {
  if (!io.stdout.write(piece)) await new Promise((resolve) => io.stdout.once("drain", resolve));
}
