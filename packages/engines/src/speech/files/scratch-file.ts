import { randomBytes } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

/**
 * A new file that only this process can reach: it has no name any more when this resolves, and is gone with its handle,
 * also when the process is killed.
 */
export async function openScratchFile(directory: string): Promise<FileHandle> {
  const path = join(directory, `.berth-audio-${randomBytes(12).toString("hex")}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}
