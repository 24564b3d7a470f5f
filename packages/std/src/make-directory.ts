import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

const mode = 0o700;

/**
 * Makes the directory (0700) with what is missing above it, and resolves to the uppermost that it made; to `undefined`
 * when all was there, which stays as it is. Rejects as `mkdir` does.
 *
 * Node's own `recursive` never comes back where new names are answered ENOENT, as under /proc.
 */
export async function makeDirectory(path: string): Promise<string | undefined> {
  try {
    return (await makeOne(path)) ? path : undefined;
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === path) throw error;
    const first = await makeDirectory(above);
    const isMade = await makeOne(path);
    return first ?? (isMade ? path : undefined);
  }
}

/** False when there is one already. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    // a root directory is EISDIR on some systems
    const isThere = ["EEXIST", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (isThere && (await stat(path)).isDirectory()) return false;
    throw error;
  }
}
