import { rename, unlink } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { PartialBlob } from "./partial-blob.ts";
import type { RepoFile } from "./repo.ts";
import { StallGuard } from "./stall-guard.ts";
import { PassingFailure, reading, type Transport } from "./transport.ts";

export interface BlobFetch {
  readonly repo: string;
  readonly commit: string;
  readonly file: RepoFile;
  /** Where the bytes gather, and what that file is renamed to when they are proved right. */
  readonly partialPath: string;
  readonly blobPath: string;
  /** Hears how many bytes of the file lie there, each time it changes; it may go down. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Fetches one file into the cache's blobs, going on from what a partial file holds. Names are digests, so a range needs
 * no `If-Range`: whatever the servers did in between shows in the digest. Wrong bytes are thrown away and fetched again
 * once; then it throws `upstream_failed` with both digests. Cancelled or killed, it leaves the partial file.
 */
export async function fetchBlob(transport: Transport, fetch: BlobFetch, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const found = await fetchOnce(transport, fetch, signal);
    if (found === fetch.file.etag) return rename(fetch.partialPath, fetch.blobPath);
    await unlink(fetch.partialPath);
    fetch.onBytes(0);
    if (tries === 2) throw wrongBytes(transport, fetch, found);
  }
}

/** Resolves to the digest of the whole file. */
async function fetchOnce(transport: Transport, fetch: BlobFetch, signal: AbortSignal): Promise<string> {
  await using partial = await PartialBlob.open(fetch.partialPath, fetch.file, signal);
  fetch.onBytes(partial.offset);
  let farthest = partial.offset;
  const gained = (): boolean => {
    const gains = partial.offset > farthest;
    farthest = Math.max(farthest, partial.offset);
    return gains;
  };
  while (!partial.isFull) {
    await transport.retrying(signal, () => fetchMore(transport, fetch, partial, signal), gained);
  }
  return partial.digest();
}

/** One request; returns when its bytes are written. Throws a PassingFailure when they ended too early. */
async function fetchMore(
  transport: Transport,
  { repo, commit, file, onBytes }: BlobFetch,
  partial: PartialBlob,
  signal: AbortSignal,
): Promise<void> {
  using guard = new StallGuard(transport.clock, transport.stallMs, signal);
  const url = fileUrl(transport.endpoint, repo, commit, file.path);
  const from = partial.offset;
  const headers = { "accept-encoding": "identity", ...(from === 0 ? {} : { range: `bytes=${from}-` }) };
  const subject = { repo, revision: commit, path: file.path };
  const answer = await transport.request(url, { headers }, subject, guard.signal);
  if (from > 0 && !continuesAt(answer, from, file.sizeBytes)) {
    // the server does not do ranges, or holds something else: what it sends is a file from its start
    await partial.restart();
    onBytes(0);
    if (answer.status === 206) {
      await answer.body?.cancel();
      throw passing(`${transport.endpoint} sent another part of ${file.path} than was asked for`);
    }
  }
  await writeBody(answer, url, partial, guard, onBytes);
  if (!partial.isFull) {
    throw passing(`${transport.endpoint} sent other than the ${file.sizeBytes} bytes of ${file.path}`);
  }
}

/** Stops at the body's end, or when it is longer than the blob: then nothing of it is kept. */
async function writeBody(
  answer: Response,
  url: URL,
  partial: PartialBlob,
  guard: StallGuard,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const body = answer.body?.getReader();
  if (body === undefined) return;
  try {
    for (let part = await reading(body.read(), url); !part.done; part = await reading(body.read(), url)) {
      guard.heard();
      if (!(await partial.append(part.value))) return await partial.restart();
      onBytes(partial.offset);
    }
  } finally {
    // of a body that has ended or broken there is nothing left to cancel
    await body.cancel().catch(() => undefined);
  }
}

const passing = (words: string): PassingFailure =>
  new PassingFailure(new BerthError("upstream_failed", words));

function continuesAt(answer: Response, from: number, sizeBytes: number): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.headers.get("content-range") ?? "");
  if (answer.status !== 206 || range === null) return false;
  return Number(range[1]) === from && (range[2] === "*" || Number(range[2]) === sizeBytes);
}

/** Where the hub gives a file, or the redirect to it. */
export function fileUrl(endpoint: string, repo: string, commit: string, path: string): URL {
  return new URL(
    `${endpoint}/${repo}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`,
  );
}

function wrongBytes(transport: Transport, { file, repo }: BlobFetch, found: string): BerthError {
  const name = file.digest === "sha256" ? "SHA-256" : "git SHA-1";
  return new BerthError(
    "upstream_failed",
    `${repo}: ${file.path} arrived damaged twice: its ${name} is ${found} and should be ${file.etag}; try again, or another HF_ENDPOINT than ${transport.endpoint}`,
    { details: { path: file.path, expected: file.etag, found } },
  );
}
