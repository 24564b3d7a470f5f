import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The version of node-llama-cpp that the runner would load: beside this program, or among the fetched engines. */
export async function engineVersion(enginesDir: string): Promise<string | undefined> {
  for (const from of [import.meta.url, join(enginesDir, "package.json")]) {
    try {
      const entry = createRequire(from).resolve("node-llama-cpp");
      const root = entry.slice(0, entry.lastIndexOf("node-llama-cpp") + "node-llama-cpp".length);
      return (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // not there: the next place may have it
    }
  }
  return undefined;
}
