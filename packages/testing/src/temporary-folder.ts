import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own for one test; `await using` deletes it. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "berth-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes the files, with the folders they lie in; `{ link }` makes a symbolic link. Paths are relative to the folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Buffer | { readonly link: string }>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) await writeFile(full, content);
    else await symlink(content.link, full);
  }
}
