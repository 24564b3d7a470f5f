import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CliError } from "./exit.ts";

/** Beside the shipped bundle; in a checkout what was built, else the source. All seen from this file or its bundle. */
const candidates = [
  "./worker.mjs",
  "../../../packages/worker/dist/worker.mjs",
  "../../../packages/worker/src/main.ts",
];

/** Becomes the worker's program, in this process: signals, terminal and exit code are its own. Throws when there is none. */
export async function becomeWorker(words: readonly string[]): Promise<void> {
  const entry = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
  if (entry === undefined)
    throw new CliError("failed", "this installation of berth has no worker beside it; install it again");
  process.argv = [process.execPath, entry, ...words];
  await import(pathToFileURL(entry).href);
}
