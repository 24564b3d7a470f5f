import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "@berth/api";
import { replaceFile } from "@berth/std/whole-file";
import { explainFileError } from "./file-error.ts";

/** Which server took the directory. The record may outlive the server; the lock does not. */
const lockRecordSchema = z.object({
  host: z.string(),
  pid: z.number().int(),
  bootId: z.string(),
  startTime: z.string(),
  /** `null` until it listens. */
  port: z.number().int().nullable(),
  takenAt: z.number().int(),
});
export type LockRecord = z.infer<typeof lockRecordSchema>;

export const lockRecordPath = (dir: string): string => join(dir, "server.lock.json");

/** `undefined` when there is none, or none that can be read. */
export async function readLockRecord(dir: string): Promise<LockRecord | undefined> {
  const path = lockRecordPath(dir);
  try {
    return lockRecordSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw explainFileError(error, path);
  }
}

export async function writeLockRecord(dir: string, record: LockRecord): Promise<LockRecord> {
  const path = lockRecordPath(dir);
  try {
    await replaceFile(path, `${JSON.stringify(record)}\n`);
  } catch (error) {
    throw explainFileError(error, path);
  }
  return record;
}

export async function removeLockRecord(dir: string): Promise<void> {
  await rm(lockRecordPath(dir), { force: true });
}
