import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { HubDoubleOptions, HubFault } from "@berth/testing/hub-double";

const program = createRequire(import.meta.url).resolve("@berth/testing/hub-double-main");

/** A hub double in a process of its own, as far from the server as the real one. */
export interface HubProcess extends AsyncDisposable {
  readonly endpoint: string;
  /** From now on these go wrong, and nothing else does. Resolves to the bytes of files sent so far. */
  setFaults(faults: readonly HubFault[]): Promise<number>;
}

/** `within` are words that start it elsewhere, as in another network. */
export async function startHub(
  options: HubDoubleOptions,
  within: readonly string[] = [],
): Promise<HubProcess> {
  const folder = await mkdtemp(join(tmpdir(), "berth-hub-"));
  const file = join(folder, "options.json");
  await writeFile(file, JSON.stringify(options));
  const [start, ...words] = [...within, process.execPath, program, file];
  const child = spawn(start, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string) as unknown;
  const { endpoint } = (await read()) as { endpoint: string };
  return {
    endpoint,
    setFaults: async (faults) => {
      child.stdin.write(`${JSON.stringify(faults)}\n`);
      return ((await read()) as { bytesSent: number }).bytesSent;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
