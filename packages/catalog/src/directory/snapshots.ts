import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoots, homeModelsRoot, repoOfFolder } from "../cache-layout.ts";
import { isDenied, isMissing } from "../file-error.ts";
import { mapAtOnce } from "./map-at-once.ts";

/** On a network file system each look is a wait: many at once are as fast as one. */
export const readAtOnce = 32;

/** One revision of a repository, as the cache layout holds it. */
export interface Snapshot {
  readonly repo: string;
  readonly commit: string;
  /** Branches and tags that name the commit, in order. */
  readonly refs: readonly string[];
  readonly path: string;
  readonly location: "home" | "cache";
  /** Whether the repository has a partial download; which revision's it is cannot be told. */
  readonly hasPartialDownload: boolean;
}

/** Every snapshot under the home, then the cache. A root that is another one by a link or by name is read once. */
export async function findSnapshots(place: { home: string; cache: string }): Promise<readonly Snapshot[]> {
  const roots = [
    { root: homeModelsRoot(place.home), location: "home" as const },
    ...cacheRoots(place.cache).map((root) => ({ root, location: "cache" as const })),
  ];
  const seen = new Set<string>();
  const found: Snapshot[] = [];
  for (const { root, location } of roots) {
    const real = await realpathOrNull(root);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const repos = (await namesIn(root)).flatMap((folder) => {
      const repo = repoOfFolder(folder);
      return repo === null ? [] : [{ folder, repo }];
    });
    const snapshots = await mapAtOnce(repos, readAtOnce, ({ folder, repo }) =>
      repoSnapshots(join(root, folder), repo, location),
    );
    found.push(...snapshots.flat());
  }
  return found;
}

async function repoSnapshots(
  folder: string,
  repo: string,
  location: "home" | "cache",
): Promise<readonly Snapshot[]> {
  const commits = (await entriesIn(join(folder, "snapshots")))
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => entry.name);
  if (commits.length === 0) return [];
  const refs = await readRefs(join(folder, "refs"), "");
  const blobs = await namesIn(join(folder, "blobs"));
  return commits.map((commit) => ({
    repo,
    commit,
    refs: refs.filter((ref) => ref.commit === commit).map((ref) => ref.name),
    path: join(folder, "snapshots", commit),
    location,
    hasPartialDownload: blobs.some((blob) => blob.endsWith(".incomplete")),
  }));
}

/** The names in `refs` (`main`, `refs/pr/1`) with the commits they name. */
export async function readRefs(
  folder: string,
  below: string,
): Promise<readonly { readonly name: string; readonly commit: string }[]> {
  const found = [];
  for (const entry of await entriesIn(join(folder, below))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await readRefs(folder, name)));
    else if (entry.isFile()) {
      found.push({ name, commit: (await readFile(join(folder, name), "utf8")).trim() });
    }
  }
  return found;
}

/** `null` when nothing is there, or nothing that this user may see. */
export async function realpathOrNull(path: string): Promise<string | null> {
  return realpath(path).catch((error: unknown) => {
    if (isMissing(error) || isDenied(error)) return null;
    throw error;
  });
}

const namesIn = async (folder: string): Promise<string[]> =>
  (await entriesIn(folder)).map((entry) => entry.name);

/** A folder that is not there, or may not be read, holds nothing: the profile's own status says why. */
async function entriesIn(folder: string): ReturnType<typeof readEntries> {
  return readEntries(folder).catch((error: unknown) => {
    if (isMissing(error) || isDenied(error)) return [];
    throw error;
  });
}

const readEntries = async (folder: string) =>
  (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
