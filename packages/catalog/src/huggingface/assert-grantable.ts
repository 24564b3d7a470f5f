import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BerthError } from "@berth/api";
import { homeModelsRoot } from "../cache-layout.ts";
import { fileErrorCode } from "../file-error.ts";

const run = promisify(execFile);

/**
 * Asks the file system itself whether it would grant so many bytes more: it reserves them and gives them back at once.
 * Quotas show in no other way that all systems share. Throws `insufficient_disk` with the system's words; where nothing
 * can be reserved, nothing is concluded.
 */
export async function assertGrantable(home: string, bytes: number): Promise<void> {
  if (bytes <= 0) return;
  const root = homeModelsRoot(home);
  const path = join(root, `.room-${randomUUID()}`);
  try {
    await mkdir(root, { recursive: true });
    await writeFile(path, "", { flag: "wx", mode: 0o600 });
    await run("fallocate", ["--keep-size", "--length", String(bytes), path]);
  } catch (error) {
    const words = refusalWords(error);
    if (words === undefined) return; // a system that cannot reserve, or has no such program
    throw new BerthError(
      "insufficient_disk",
      `${Math.ceil(bytes / 2 ** 20)} MiB more do not fit at ${root}: ${words}; what has arrived is kept`,
      { details: { neededBytes: bytes, path: root }, cause: error },
    );
  } finally {
    await rm(path, { force: true });
  }
}

/** What the system said of a disk or a quota that is full; `undefined` for anything else. */
function refusalWords(error: unknown): string | undefined {
  const code = fileErrorCode(error);
  if (code === "EDQUOT") return "Disk quota exceeded";
  if (code === "ENOSPC") return "No space left on device";
  const words = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  if (!/quota exceeded|no space left/i.test(words)) return undefined;
  return words.replace(/^fallocate: (?:fallocate failed: )?/, "");
}
