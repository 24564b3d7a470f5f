import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BerthError } from "@berth/api";
import { homeModelsRoot } from "../cache-layout.ts";

const run = promisify(execFile);

/**
 * Asks the file system itself whether it would grant so many bytes more: it reserves them and gives them back at once.
 * Quotas show in no other way that all systems share. Throws `insufficient_disk` with the system's words; where nothing
 * can be reserved, nothing is concluded.
 */
export async function assertGrantable(home: string, bytes: number): Promise<void> {
  if (bytes <= 0) return;
  const root = homeModelsRoot(home);
  await mkdir(root, { recursive: true });
  const path = join(root, `.room-${randomUUID()}`);
  try {
    await run("fallocate", ["--keep-size", "--length", String(bytes), path]);
  } catch (error) {
    const words = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    if (!/quota exceeded|no space left/i.test(words)) return; // a system that cannot reserve, or has no such program
    const needed = `${Math.ceil(bytes / 2 ** 20)} MiB`;
    throw new BerthError(
      "insufficient_disk",
      `${needed} more do not fit at ${root}: ${words.replace(/^fallocate: (?:fallocate failed: )?/, "")}; what has arrived is kept`,
      { details: { neededBytes: bytes, path: root }, cause: error },
    );
  } finally {
    await rm(path, { force: true });
  }
}
