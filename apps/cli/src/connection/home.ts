import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `--home-dir`, else BERTH_HOME_DIR, else `~/.berth`; absolute. */
export function findHome(flag: string | undefined, env: Environment): string {
  return expandPath(flag ?? given(env["BERTH_HOME_DIR"]) ?? "~/.berth", env);
}

/** `~` is the user's home; anything relative starts at the working directory. */
export function expandPath(path: string, env: Environment): string {
  if (path === "~" || path.startsWith("~/")) return join(given(env["HOME"]) ?? homedir(), path.slice(1));
  return resolve(path);
}

/** A file's text, or `undefined` when there is none. Other failures are thrown. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** An empty variable counts as none. */
export function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
