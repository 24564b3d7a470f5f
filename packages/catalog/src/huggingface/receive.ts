import { mkdir, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { withFileLock } from "@berth/std/file-lock";
import type { DownloadProgress } from "../model-source.ts";
import { assertGrantable } from "./assert-grantable.ts";
import { assertRoom, writeRef } from "./download.ts";
import { PartialBlob } from "./partial-blob.ts";
import type { RepoFile } from "./repo.ts";
import { assertRepoName, assertSafePath, isBlobName, isCommit } from "./safe-names.ts";
import { diskError, StorePlace } from "./store-place.ts";

/** One commit's files, to be sent by somebody who has them. */
export interface SentCommit {
  readonly repo: string;
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly RepoFile[];
}

/** What is still to come of a file: its bytes from `offset` on. */
export interface WantedFile {
  readonly etag: string;
  readonly offset: number;
}

export interface Sender {
  /** Hears once what to send, in this order; then the bytes are expected. */
  readonly onWants: (files: readonly WantedFile[]) => void;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/**
 * Puts files that are sent into the cache layout of the home: each goes on from the bytes that lie there, is proved by its
 * digest, and only then gets its name; links and the ref come last. Cut off or killed at any moment, the next call goes
 * on. Throws `insufficient_disk`, `read_only`, and `upstream_failed` for bytes that are wrong or too few.
 */
export async function receiveCommit(
  home: string,
  sent: SentCommit,
  sender: Sender,
  context: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  assertProper(sent);
  const place = new StorePlace(home, sent.repo);
  await place.assertWritable();
  try {
    // in one order for all, so that two who send never wait for each other
    const blobs = [...new Map(sent.files.map((file) => [file.etag, file])).values()].toSorted((a, b) =>
      a.etag < b.etag ? -1 : 1,
    );
    await lockingAll(place, blobs, context, () =>
      receiveBlobs(home, place, sent, blobs, sender, context.signal),
    );
    for (const file of sent.files) await place.link(sent.commit, file);
    await writeRef(place, sent);
  } catch (error) {
    throw diskError(error, place.root);
  }
}

function assertProper({ repo, commit, files }: SentCommit): void {
  assertRepoName(repo);
  if (!isCommit(commit)) throw new BerthError("not_found", `${repo} has no commit "${commit}"`);
  for (const { path, etag, digest } of files) {
    assertSafePath(path);
    if (!isBlobName(etag, digest))
      throw new BerthError("upstream_failed", `${path} is sent without a proper digest`);
  }
}

async function lockingAll(
  place: StorePlace,
  blobs: readonly RepoFile[],
  context: { readonly clock: Clock; readonly signal: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  const [first, ...rest] = blobs;
  if (first === undefined) return work();
  if (await place.hasBlob(first)) return lockingAll(place, rest, context, work);
  await withFileLock(place.lock(first), context.clock, context.signal, () =>
    lockingAll(place, rest, context, work),
  );
}

async function receiveBlobs(
  home: string,
  place: StorePlace,
  sent: SentCommit,
  blobs: readonly RepoFile[],
  { onWants, bytes, onProgress }: Sender,
  signal: AbortSignal,
): Promise<void> {
  const bytesTotal = blobs.reduce((sum, file) => sum + file.sizeBytes, 0);
  const wanted: { readonly file: RepoFile; readonly offset: number }[] = [];
  let missing = 0;
  for (const file of blobs) {
    if (await place.hasBlob(file)) continue;
    const offset = await place.bytesThere(file);
    wanted.push({ file, offset });
    missing += file.sizeBytes - offset;
  }
  await assertRoom(place, sent.files);
  await assertGrantable(home, missing);
  let bytesDone = bytesTotal - missing;
  onProgress({ bytesDone, bytesTotal, phase: "downloading" });
  onWants(wanted.map(({ file, offset }) => ({ etag: file.etag, offset })));
  const source = new ByteSource(bytes);
  for (const { file, offset } of wanted) {
    await mkdir(dirname(place.blob(file)), { recursive: true });
    await receiveBlob(place, file, offset, source, signal, (count) => {
      bytesDone += count;
      onProgress({ bytesDone, bytesTotal, phase: "downloading" });
    });
  }
  onProgress({ bytesDone, bytesTotal, phase: "verifying" });
}

async function receiveBlob(
  place: StorePlace,
  file: RepoFile,
  offset: number,
  source: ByteSource,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const path = place.partial(file);
  await using partial = await PartialBlob.open(path, file, signal);
  if (partial.offset !== offset) {
    throw new BerthError("conflict", `${file.path} was changed by somebody else meanwhile; try again`);
  }
  while (!partial.isFull) {
    signal.throwIfAborted();
    const part = await source.take(file.sizeBytes - partial.offset);
    if (part === undefined) {
      throw new BerthError(
        "upstream_failed",
        `the transfer of ${file.path} ended after ${partial.offset} of ${file.sizeBytes} bytes; it goes on from there`,
      );
    }
    await partial.append(part);
    onBytes(part.length);
  }
  const found = await partial.digest();
  if (found === file.etag) return rename(path, place.blob(file));
  await unlink(path);
  throw new BerthError(
    "upstream_failed",
    `${file.path} arrived damaged: its digest is ${found} and should be ${file.etag}; try again`,
    { details: { path: file.path, expected: file.etag, found } },
  );
}

/** Bytes as they come, handed out in parts no larger than asked for. */
class ByteSource {
  readonly #parts: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#parts = bytes[Symbol.asyncIterator]();
  }

  /** At least one byte and at most `max`; `undefined` when no more come. */
  async take(max: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#parts.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
