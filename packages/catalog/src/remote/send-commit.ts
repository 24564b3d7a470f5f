import { createReadStream } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BerthError, type Profile } from "@berth/api";
import type { DownloadProgress } from "../model-source.ts";
import type { CommitFile } from "../huggingface/commit-files.ts";
import { order, progressOf, type RunThere } from "./place-process.ts";

/** One commit whose files lie on this machine. */
export interface SendableCommit {
  readonly repo: string;
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly CommitFile[];
}

/**
 * Sends files to the place's home: each from the byte where the last transfer of it was cut off. Resolves when the place
 * has proved every digest and linked every file.
 */
export async function sendCommit(
  runThere: RunThere,
  profile: Profile,
  { files, ...commit }: SendableCommit,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const wants = Promise.withResolvers<readonly { readonly etag: string; readonly offset: number }[]>();
  const sources = new Map(files.map((file) => [file.etag, file.source]));
  const send = async (input: Writable): Promise<void> => {
    for (const { etag, offset } of await wants.promise) {
      const source = sources.get(etag);
      if (source === undefined) throw new BerthError("upstream_failed", `nobody offered the place ${etag}`);
      await pour(source, offset, input);
    }
  };
  const given = {
    home: profile.home,
    cache: profile.cache,
    ...commit,
    files: files.map(({ path, sizeBytes, etag, digest }) => ({ path, sizeBytes, etag, digest })),
  };
  try {
    for await (const line of order(runThere, profile, "models receive", given, signal, send)) {
      if (line.type === "wants") wants.resolve(line.files);
      else if (line.type === "progress") onProgress(progressOf(line));
      else throw new BerthError("upstream_failed", `the place told of a ${line.type} unasked`);
    }
  } finally {
    // nobody waits for what will not come
    wants.resolve([]);
  }
}

async function pour(source: string, offset: number, input: Writable): Promise<void> {
  const bytes = createReadStream(source, { start: offset, highWaterMark: 256 * 1024 });
  let readFailure: Error | undefined;
  bytes.on("error", (error) => {
    readFailure = error;
  });
  try {
    await pipeline(bytes, input, { end: false });
  } catch (error) {
    // of an input that has ended early its own words say why
    if (readFailure === undefined || input.destroyed) throw error;
    throw new BerthError("upstream_failed", `${source} cannot be read any more: ${readFailure.message}`, {
      cause: error,
    });
  }
}
