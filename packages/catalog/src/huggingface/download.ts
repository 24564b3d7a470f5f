import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { BerthError, type Profile } from "@berth/api";
import { withFileLock } from "@berth/std/file-lock";
import { replaceFile } from "@berth/std/whole-file";
import type { DownloadPlan, DownloadProgress } from "../model-source.ts";
import { fetchBlob } from "./fetch-blob.ts";
import { type RepoFile, repoFiles } from "./repo.ts";
import { isCommit, isRefName } from "./safe-names.ts";
import { diskError, StorePlace } from "./store-place.ts";
import type { Transport } from "./transport.ts";

const filesAtOnce = 3;
const tellEveryMs = 100;
/** Left free on the disk beside what is downloaded. */
const marginBytes = 64 * 2 ** 20;

export type Download = Pick<DownloadPlan, "repo" | "revision" | "commit" | "files">;

/** See `Hub.download`. */
export async function download(
  transport: Transport,
  wanted: Download,
  target: { readonly profile: Profile; readonly onProgress: (progress: DownloadProgress) => void },
  signal: AbortSignal,
): Promise<void> {
  const { repo, commit } = wanted;
  if (!isCommit(commit)) throw new BerthError("not_found", `${repo} has no commit "${commit}"`);
  const place = new StorePlace(target.profile.home, repo);
  const files = chosen(wanted, await repoFiles(transport, repo, commit, signal));
  await assertRoom(place, files);
  const progress = new Progress(files, transport.clock.monotonic.bind(transport.clock), target.onProgress);
  try {
    await mkdir(place.snapshot(commit), { recursive: true });
    for (const file of files) progress.set(file, await place.bytesThere(file));
    await inParallel(files, signal, (file, stop) => bring(transport, wanted, place, file, progress, stop));
    progress.tell("verifying");
    await writeRef(place, wanted);
  } catch (error) {
    throw diskError(error, place.root);
  }
}

function chosen({ repo, commit, files }: Download, all: readonly RepoFile[]): RepoFile[] {
  const known = new Map(all.map((file) => [file.path, file]));
  const found = files.map((path) => {
    const file = known.get(path);
    if (file === undefined) throw new BerthError("not_found", `${repo} has no file ${path} at ${commit}`);
    return file;
  });
  // small files first: they tell what the model is while the weights are on their way
  return found.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
}

/** Throws `insufficient_disk`, with the numbers, when what is still to come does not fit. */
export async function assertRoom(place: StorePlace, files: readonly RepoFile[]): Promise<void> {
  const blobs = new Map(files.map((file) => [file.etag, file]));
  let missingBytes = 0;
  for (const file of blobs.values()) missingBytes += file.sizeBytes - (await place.bytesThere(file));
  await assertFree(place, missingBytes);
}

/** Throws `insufficient_disk`, or `read_only`, when so many bytes of the repository cannot come into the home. */
export async function assertFits(home: string, repo: string, bytes: number): Promise<void> {
  const place = new StorePlace(home, repo);
  await place.assertWritable();
  await assertFree(place, bytes);
}

async function assertFree(place: StorePlace, missingBytes: number): Promise<void> {
  const neededBytes = missingBytes === 0 ? 0 : missingBytes + marginBytes;
  const freeBytes = await place.freeBytes();
  if (neededBytes <= freeBytes) return;
  const inMiB = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new BerthError(
    "insufficient_disk",
    `the download needs ${inMiB(neededBytes)} at ${place.root}, where ${inMiB(freeBytes)} are free`,
    { details: { neededBytes, freeBytes, path: place.root } },
  );
}

async function bring(
  transport: Transport,
  { repo, commit }: Download,
  place: StorePlace,
  file: RepoFile,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const blobPath = place.blob(file);
  if (!(await place.hasBlob(file))) {
    await mkdir(dirname(blobPath), { recursive: true });
    await withFileLock(place.lock(file), transport.clock, signal, async () => {
      // whoever held the lock before may have brought it
      if (await place.hasBlob(file)) return;
      const onBytes = (bytes: number): void => progress.set(file, bytes);
      const partialPath = place.partial(file);
      await fetchBlob(transport, { repo, commit, file, partialPath, blobPath, onBytes }, signal);
    });
  }
  await place.link(commit, file);
  progress.set(file, file.sizeBytes);
}

/** The name by which others find the commit; written last, so that it never names a half-downloaded one. */
export async function writeRef(
  place: StorePlace,
  { revision, commit }: Pick<Download, "revision" | "commit">,
): Promise<void> {
  if (isCommit(revision) || commit.startsWith(revision) || !isRefName(revision)) return;
  const path = place.ref(revision);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, commit);
}

/** Runs `work` on a few files at a time. The first failure stops the others, and is thrown when they have stopped. */
async function inParallel(
  files: readonly RepoFile[],
  signal: AbortSignal,
  work: (file: RepoFile, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const queue = [...files];
  const lane = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) await work(file, stop);
  };
  const lanes = Array.from({ length: Math.min(filesAtOnce, files.length) }, () =>
    lane().catch((error: unknown) => {
      queue.length = 0;
      if (!failed.signal.aborted) failed.abort(error);
    }),
  );
  await Promise.all(lanes);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

/** Adds up the files' bytes and tells of them, at most ten times a second. */
class Progress {
  readonly #bytes = new Map<RepoFile, number>();
  readonly #bytesTotal: number;
  readonly #monotonic: () => number;
  readonly #onProgress: (progress: DownloadProgress) => void;
  #toldAt = -Infinity;

  constructor(
    files: readonly RepoFile[],
    monotonic: () => number,
    onProgress: (progress: DownloadProgress) => void,
  ) {
    this.#bytesTotal = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    this.#monotonic = monotonic;
    this.#onProgress = onProgress;
  }

  set(file: RepoFile, bytes: number): void {
    this.#bytes.set(file, bytes);
    if (this.#monotonic() - this.#toldAt >= tellEveryMs) this.tell("downloading");
  }

  tell(phase: DownloadProgress["phase"]): void {
    this.#toldAt = this.#monotonic();
    const bytesDone = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#onProgress({ bytesDone, bytesTotal: this.#bytesTotal, phase });
  }
}
