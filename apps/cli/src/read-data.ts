import { readFile } from "node:fs/promises";
import type { Cli } from "./cli.ts";
import { CliError } from "./exit.ts";

export const dataFlag = "--data <json|@file|->";

/** What `--data` stands for: the text itself, a file's content behind `@`, standard input for `-`. */
export async function readData(cli: Cli, text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (text === "-") return readInput(cli);
  if (!text.startsWith("@")) return new TextEncoder().encode(text);
  const file = text.slice(1);
  try {
    return new Uint8Array(await readFile(cli.path(file)));
  } catch (cause) {
    throw new CliError("usage", `--data: ${(cause as Error).message}`, { cause });
  }
}

/** The same, where it is JSON. Throws a usage error that says what is wrong with it. */
export async function readJsonData(cli: Cli, text: string): Promise<unknown> {
  return parseJson(await readData(cli, text));
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("usage", `--data: this is no JSON (${why}); a text goes in quotes: '"hello"'`, {
      cause,
    });
  }
}

async function readInput({ io }: Cli): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of io.stdin) pieces.push(Buffer.from(piece as Buffer | string));
  return new Uint8Array(Buffer.concat(pieces));
}
