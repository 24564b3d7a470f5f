import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isBerthError } from "@berth/api/error";
import { embeddedEngines } from "./engines.ts";
import { importPackage } from "./import-package.ts";

export interface EmbeddedOptions {
  readonly engine: string;
  readonly configPath: string;
  readonly socketPath: string;
  /** Where packages outside the bundle lie, if not beside it. */
  readonly packagesDir: string | undefined;
}

/** EX_CONFIG of sysexits.h: starting it again would fail again. */
const refusedExitCode = 78;

/**
 * Serves one of our engines until the process is ended. Resolves when it is ready; to an exit code when it never will
 * be, after having printed why.
 */
export async function serveEmbedded(options: EmbeddedOptions): Promise<number | undefined> {
  const { engine, configPath, socketPath, packagesDir } = options;
  const serve = Object.hasOwn(embeddedEngines, engine) ? embeddedEngines[engine] : undefined;
  if (serve === undefined) {
    const known = Object.keys(embeddedEngines).join(", ");
    console.error(`there is no engine ${JSON.stringify(engine)} in this runner; it has: ${known}`);
    return refusedExitCode;
  }
  try {
    const config: unknown = JSON.parse(await readFile(configPath, "utf8"));
    await serve({
      config,
      socketPath,
      dir: dirname(configPath),
      path: process.env.PATH ?? "",
      importPackage: (name) => importPackage(name, packagesDir),
    });
    return undefined;
  } catch (error) {
    if (!isBerthError(error)) throw error;
    console.error(error.message);
    return error.status < 500 ? refusedExitCode : 1;
  }
}
