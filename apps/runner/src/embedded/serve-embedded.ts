import { readFile } from "node:fs/promises";
import { embeddedEngines } from "./engines.ts";
import { importPackage } from "./import-package.ts";

export interface EmbeddedOptions {
  readonly engine: string;
  readonly configPath: string;
  readonly socketPath: string;
  /** Where packages outside the bundle lie, if not beside it. */
  readonly enginesDir: string | undefined;
  /** Ends when the runner does, however it ends. */
  readonly leash: NodeJS.ReadableStream;
}

/** Serves one of our engines until the process is ended, or at the latest until the runner is gone. */
export async function serveEmbedded(options: EmbeddedOptions, exit: (code: number) => never): Promise<void> {
  const { engine, configPath, socketPath, enginesDir, leash } = options;
  const load = Object.hasOwn(embeddedEngines, engine) ? embeddedEngines[engine] : undefined;
  if (load === undefined) {
    const known = Object.keys(embeddedEngines).join(", ");
    console.error(`there is no engine ${JSON.stringify(engine)} in this runner; it has: ${known}`);
    return exit(78);
  }
  leash.on("error", () => exit(0));
  leash.on("close", () => exit(0));
  leash.resume();
  const config: unknown = JSON.parse(await readFile(configPath, "utf8"));
  const serve = await load();
  await serve({ config, socketPath, importPackage: (name) => importPackage(name, enginesDir) });
}
