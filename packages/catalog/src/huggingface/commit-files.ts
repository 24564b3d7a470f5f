import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { RepoFile } from "./repo.ts";
import { assertSafePath, isBlobName } from "./safe-names.ts";
import { StorePlace } from "./store-place.ts";

export interface CommitFile extends RepoFile {
  /** Where its bytes lie. */
  readonly source: string;
}

/** The files of a commit that lies whole in a home. A file that is no link to a blob is digested: it takes a while. */
export async function commitFiles(
  home: string,
  {
    repo,
    commit,
    files,
  }: { readonly repo: string; readonly commit: string; readonly files: readonly string[] },
  signal: AbortSignal,
): Promise<CommitFile[]> {
  const snapshot = new StorePlace(home, repo).snapshot(commit);
  const found: CommitFile[] = [];
  for (const path of files) {
    assertSafePath(path);
    const source = await realpath(join(snapshot, path));
    found.push({ ...(await namedBytes(source, signal)), path, source });
  }
  return found;
}

/** A file's name among blobs: the one it has, or the one its bytes give it. */
export async function namedBytes(source: string, signal: AbortSignal): Promise<Omit<RepoFile, "path">> {
  const sizeBytes = (await stat(source)).size;
  const name = basename(source);
  if (isBlobName(name, "sha256")) return { sizeBytes, etag: name, digest: "sha256" };
  if (isBlobName(name, "git-sha1")) return { sizeBytes, etag: name, digest: "git-sha1" };
  const hash = createHash("sha256");
  await pipeline(createReadStream(source), hash, { signal });
  return { sizeBytes, etag: hash.digest("hex"), digest: "sha256" };
}
