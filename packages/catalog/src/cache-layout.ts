import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * The Hugging Face cache layout, which Berth shares with every other tool:
 *
 *     models--owner--name/blobs/<etag>               the bytes, named by SHA-256 (LFS) or git's SHA-1 (small files)
 *     models--owner--name/blobs/<etag>.incomplete    a partial download
 *     models--owner--name/snapshots/<commit>/<path>  relative links into blobs
 *     models--owner--name/refs/<branch or tag>       the commit it names
 *     .locks/models--owner--name/<etag>.berth        who is writing the blob
 */
export function repoFolderName(repo: string): string {
  return `models--${repo.replaceAll("/", "--")}`;
}

/** The repository a folder of the layout holds; `null` for any other folder. */
export function repoOfFolder(folder: string): string | null {
  const match = /^models--(.+)$/.exec(folder);
  // an owner cannot hold "--", a name in an old cache may
  return match?.[1]?.replace("--", "/") ?? null;
}

/** Where a profile's own models lie; downloads go here. */
export function homeModelsRoot(home: string): string {
  return join(home, "models");
}

/** The places under a cache directory where the layout may begin. */
export function cacheRoots(cache: string): string[] {
  return [cache, join(cache, "models"), join(cache, "hub")];
}

/** Short, and the same for as long as the files stay where they are. */
export function modelId(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
