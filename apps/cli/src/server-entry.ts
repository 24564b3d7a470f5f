import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CliError } from "./exit.ts";

/** Beside the shipped bundle; in a checkout what was built, else the source. All seen from this file or its bundle. */
const candidates = ["./server.mjs", "../../server/dist/server.mjs", "../../server/src/main.ts"];

/** The server's program. Throws when this installation has none. */
export function findServerEntry(): string {
  const found = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
  if (found === undefined)
    throw new CliError("failed", "this installation of berth has no server beside it; install it again");
  return found;
}

/**
 * Becomes the server: its program runs in this process with these words, so that signals, terminal and exit code are
 * its own. Resolves when its top level has run; the server lives on.
 */
export async function becomeServer(words: readonly string[]): Promise<void> {
  const entry = findServerEntry();
  process.argv = [process.execPath, entry, ...words];
  await import(pathToFileURL(entry).href);
}

/** Asks the server's program for one piece of work without a running server. Resolves with what it printed. */
export async function askServerProgram(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [findServerEntry(), ...words], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
  });
}
