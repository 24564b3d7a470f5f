import { lstat, readdir, readlink, realpath, rm, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { BerthError } from "@berth/api";
import { repoOfFolder } from "../cache-layout.ts";
import { isDenied, isMissing } from "../file-error.ts";
import { folderFiles } from "./folder-files.ts";
import { readRefs, realpathOrNull } from "./snapshots.ts";

/**
 * Deletes a snapshot, the refs that name it and the blobs that only it links to; with the last snapshot the repository's
 * whole folder. What is not there is already gone. Throws `read_only` when files may not be deleted, or when a link
 * leads out of the layout: nothing behind such a link is touched.
 */
export async function removeSnapshot(path: string): Promise<void> {
  try {
    await remove(path);
  } catch (error) {
    if (isMissing(error)) return;
    if (!isDenied(error)) throw error;
    throw new BerthError("read_only", `${path} may not be deleted by this user`, { cause: error });
  }
}

async function remove(path: string): Promise<void> {
  const snapshots = dirname(path);
  const repoFolder = dirname(snapshots);
  if (basename(snapshots) !== "snapshots" || repoOfFolder(basename(repoFolder)) === null) {
    throw new BerthError("read_only", `${path} is not a snapshot of the cache layout; delete it by hand`);
  }
  const realRepo = join(await realpath(dirname(repoFolder)), basename(repoFolder));
  if ((await realpath(path)) !== join(realRepo, "snapshots", basename(path))) {
    throw new BerthError("read_only", `${path} leads out of the models folder by a link; delete it by hand`);
  }
  const others = (await readdir(snapshots)).filter((name) => name !== basename(path));
  if (others.length === 0) {
    await rm(repoFolder, { recursive: true, force: true });
    await rm(join(dirname(repoFolder), ".locks", basename(repoFolder)), { recursive: true, force: true });
    return;
  }
  const ours = await linkedBlobs(path, realRepo);
  for (const other of others) {
    for (const blob of await linkedBlobs(join(snapshots, other), realRepo)) ours.delete(blob);
  }
  for (const ref of await readRefs(join(repoFolder, "refs"), "")) {
    if (ref.commit === basename(path)) await unlink(join(repoFolder, "refs", ref.name));
  }
  await rm(path, { recursive: true, force: true });
  for (const blob of ours) await rm(blob, { force: true });
}

/** The blobs of this repository's own `blobs` folder that the snapshot's links name. */
async function linkedBlobs(snapshot: string, realRepo: string): Promise<Set<string>> {
  const blobs = join(realRepo, "blobs");
  const found = new Set<string>();
  if ((await realpathOrNull(blobs)) !== blobs) return found;
  const { files, dangling } = await folderFiles(snapshot);
  for (const path of [...files.map((file) => file.path), ...dangling]) {
    const link = join(snapshot, path);
    if (!(await lstat(link)).isSymbolicLink()) continue;
    const target = resolve(await realpath(dirname(link)), await readlink(link));
    if (dirname(target) === blobs) found.add(target);
  }
  return found;
}
