import { mkdirSync, statSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { isAbsolute, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Keeps the code that Node compiles from here on for this program's next start. Nothing happens where that cannot be
 * done safely, or where NODE_COMPILE_CACHE has decided already: it saves time, no more.
 */
export function keepCompiledCode(env: Environment): void {
  if (env["NODE_COMPILE_CACHE"] !== undefined) return;
  const dir = compiledCodeDir(env);
  if (dir !== undefined && isOurs(dir)) enableCompileCache(dir);
}

/** Not in /tmp, as Node would have it: what another user lays down there would be run by us. */
export function compiledCodeDir({ XDG_CACHE_HOME, HOME }: Environment): string | undefined {
  if (XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME))
    return join(XDG_CACHE_HOME, "berth", "compiled");
  return HOME !== undefined && isAbsolute(HOME) ? join(HOME, ".cache", "berth", "compiled") : undefined;
}

/** Makes the directory where it is absent. False when it cannot be made, or others can write to it. */
export function isOurs(dir: string): boolean {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(dir);
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  } catch {
    return false; // a home that is read-only or full
  }
}
