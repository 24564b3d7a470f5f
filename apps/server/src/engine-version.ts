import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { llamaCppVersion } from "@berth/engines/llama-cpp/packages";
import { transformersJsVersion } from "@berth/engines/transformers-js/packages";
import { whisperCppVersion } from "@berth/engines/whisper-cpp/packages";

/** An engine of ours, by the package that it is made of. */
export interface OwnEngine {
  readonly title: string;
  readonly packageName: string;
  /** Where it is fetched to, below the directory of the engines. */
  readonly folders: readonly string[];
}

export const ownEngines: readonly OwnEngine[] = [
  {
    title: "llama.cpp",
    packageName: "node-llama-cpp",
    folders: [`llama-cpp-${llamaCppVersion}`, `llama-cpp-${llamaCppVersion}-cuda`],
  },
  {
    title: "Transformers.js",
    packageName: "@huggingface/transformers",
    folders: [`transformers-js-${transformersJsVersion}`],
  },
  {
    title: "whisper.cpp",
    packageName: "@fugood/whisper.node",
    folders: [`whisper-cpp-${whisperCppVersion}`],
  },
];

/** The version of the engine's package that the runner would load: beside this program, or among the fetched engines. */
export async function engineVersion(
  { packageName, folders }: OwnEngine,
  enginesDir: string,
): Promise<string | undefined> {
  const inPath = packageName.replaceAll("/", sep) + sep;
  const fetched = folders.map((folder) => join(enginesDir, folder, "any"));
  for (const from of [import.meta.url, ...fetched]) {
    try {
      const entry = createRequire(from).resolve(packageName);
      const root = entry.slice(0, entry.lastIndexOf(inPath) + inPath.length);
      return (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // not there: the next place may have it
    }
  }
  return undefined;
}
