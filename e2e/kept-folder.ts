import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A folder outside the checkout for what is no part of the project: other projects' programs and tests. Made once, and
 * again only under another name, so the name says the version. Rejects as `make` does, and tries anew the next time.
 */
export async function keptFolder(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "berth-outside", name);
  const stamp = join(folder, "whole.stamp");
  if (existsSync(stamp)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await make(folder);
  await writeFile(stamp, "");
  return folder;
}
