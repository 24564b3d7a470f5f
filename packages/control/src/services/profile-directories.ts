import { constants } from "node:fs";
import { access, rmdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { BerthError } from "@berth/api";
import { makeDirectory } from "@berth/std/make-directory";

/** The absolute path that a profile's directory means; `undefined` for a relative path or another user's `~`. */
export function localPath(path: string, userHome: string): string | undefined {
  if (path === "~" || path.startsWith("~/")) return clean(join(userHome, path.slice(1)));
  return isAbsolute(path) ? clean(path) : undefined;
}

const clean = (path: string): string => normalize(path).replace(/(.)\/$/, "$1");

/** Why the directory cannot be a cache, which must be there and be readable; `undefined` when it can. */
export async function cacheProblem(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return `cache ${path} is not a directory`;
    await access(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT"
      ? `cache ${path} does not exist; Berth never makes it: make or mount it, or name another`
      : `cache ${path} cannot be read (${said(error)})`;
  }
}

/** Why the directory cannot be a home, which must be writable, or makeable where it is absent; `undefined` when it can. */
export async function homeProblem(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return `home ${path} is not a directory`;
    await access(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      return `home ${path} cannot be written (${said(error)}); name another`;
    const above = dirname(path);
    const problem = above === path ? `${path} does not exist` : await homeProblem(above);
    return problem === undefined
      ? undefined
      : `home ${path} cannot be made: ${problem.replace(/^home /, "")}`;
  }
}

/**
 * Makes the home (0700) with what is missing above it. Returns how to take that back, which leaves alone whatever has
 * been put there since. Throws `unprocessable`.
 */
export async function makeHome(path: string): Promise<() => Promise<void>> {
  let first: string | undefined;
  try {
    first = await makeDirectory(path);
  } catch (error) {
    throw unusable("home", `home ${path} cannot be made (${said(error)}); name another`);
  }
  const problem = await homeProblem(path);
  if (problem !== undefined) throw unusable("home", problem);
  return async () => {
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      try {
        await rmdir(made);
      } catch {
        // no longer empty: somebody uses it
        return;
      }
    }
  };
}

export function unusable(param: string, message: string): BerthError {
  return new BerthError("unprocessable", message, { param });
}

function said(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code ?? "") {
    case "EACCES":
      return "permission denied";
    case "EROFS":
      return "the file system is read-only";
    case "ENOTDIR":
      return "part of the path is not a directory";
    default:
      return message;
  }
}
