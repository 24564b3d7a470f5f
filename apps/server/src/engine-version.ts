import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { llamaCppVersion } from "@berth/engines/llama-cpp/packages";

const packageName = "node-llama-cpp";

/** The version of node-llama-cpp that the runner would load: beside this program, or among the fetched engines. */
export async function engineVersion(enginesDir: string): Promise<string | undefined> {
  const fetched = ["", "-cuda"].map((kind) => join(enginesDir, `llama-cpp-${llamaCppVersion}${kind}`, "any"));
  for (const from of [import.meta.url, ...fetched]) {
    try {
      const entry = createRequire(from).resolve(packageName);
      const root = entry.slice(0, entry.lastIndexOf(`${packageName}${sep}`) + packageName.length);
      return (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // not there: the next place may have it
    }
  }
  return undefined;
}
