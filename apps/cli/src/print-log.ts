import type { Cli } from "./cli.ts";
import { PlainStream } from "./terminal/plain-stream.ts";

/** Prints a log as it comes, no faster than its reader takes it; a terminal gets nothing that could steer it. */
export async function printLog(cli: Cli, pieces: AsyncIterable<string>): Promise<void> {
  // a file gets what was written, byte for byte
  const plain = cli.io.stdout.isTTY ? new PlainStream() : undefined;
  for await (const text of pieces) {
    if (!cli.io.stdout.write(plain?.pass(text) ?? text))
      await new Promise((resolve) => cli.io.stdout.once("drain", resolve));
  }
}
