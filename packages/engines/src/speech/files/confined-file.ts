import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { isAbsolute, posix, sep } from "node:path";
import { BerthError } from "@berth/api";
import type { SpeechMount } from "../config.ts";

const param = "audio_path";

/**
 * Opens a file below one of the mounted directories, named by its own path or by the path under the mount's target. What
 * is open is a regular file whose real place, after all links, lies below the real place of a mount. Throws BerthError
 * that names `audio_path`; the files are only read.
 */
export async function openConfined(path: string, mounts: readonly SpeechMount[]): Promise<FileHandle> {
  refuseOddPath(path);
  if (mounts.length === 0) {
    throw new BerthError(
      "forbidden",
      `${param}: this service was given no directory; start it with --mount DIR, or send the file to /v1/audio/transcriptions`,
      { param },
    );
  }
  const roots = await Promise.all(mounts.map(async ({ source }) => realpath(source).catch(() => undefined)));
  let missing: string | undefined;
  for (const candidate of candidatesOf(path, mounts)) {
    const real = await realpath(candidate).catch(() => undefined);
    if (real === undefined) missing ??= path;
    else if (roots.some((root) => root !== undefined && isBelow(real, root))) return openRegular(real, path);
  }
  if (missing !== undefined)
    throw new BerthError("not_found", `${param}: there is no file ${missing}`, { param });
  throw outside(path, mounts);
}

/** The paths on this machine that the caller may mean, in the order of the mounts; none when it lies below no mount. */
export function candidatesOf(path: string, mounts: readonly SpeechMount[]): string[] {
  const found: string[] = [];
  for (const { source, target } of mounts) {
    if (isBelow(path, source)) found.push(path);
    if (isBelow(path, target)) found.push(posix.join(source, path.slice(trimmed(target).length)));
  }
  return found;
}

function refuseOddPath(path: string): void {
  if (!isAbsolute(path))
    throw new BerthError("invalid_request", `${param}: give an absolute path, not "${path}"`, { param });
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new BerthError("invalid_request", `${param}: it holds a control character`, { param });
  if (path.split(/[/\\]/).includes(".."))
    throw new BerthError("forbidden", `${param}: it may not hold ".."`, { param });
}

function outside(path: string, mounts: readonly SpeechMount[]): BerthError {
  const places = mounts.map(({ source, target }) =>
    source === target ? source : `${target} (which is ${source})`,
  );
  return new BerthError(
    "forbidden",
    `${param}: ${path} lies outside the mounted directories: ${places.join(", ")}`,
    { param },
  );
}

/** By the handle it is what it was found to be, whatever happens to its name meanwhile. */
async function openRegular(real: string, asked: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // a pipe would keep the opening waiting, a link in its last place is not what was looked at
    file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BerthError("forbidden", `${param}: ${asked} cannot be read (${code})`, { param, cause: error });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new BerthError("invalid_request", `${param}: ${asked} is no file`, { param });
}

function isBelow(path: string, root: string): boolean {
  const base = trimmed(root);
  return path.startsWith(base === sep ? sep : `${base}/`) && path.length > base.length;
}

function trimmed(root: string): string {
  return root.length > 1 ? root.replace(/\/+$/, "") : root;
}
