import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BerthError } from "@berth/api";
import { type Clock, systemClock } from "@berth/std/clock";
import { makeDirectory } from "@berth/std/make-directory";
import type { Blobs } from "../blobs.ts";
import { noBlob, requireBlobName } from "./blob-name.ts";

export interface DirectoryBlobsOptions {
  /** Absolute; made (0700) when absent. */
  readonly directory: string;
  readonly clock?: Pick<Clock, "now">;
}

/** Where blobs are on their way: on the same disk, so that they are moved at once. */
const draftFolder = "drafts";
/** Nobody writes on what was not touched for so long. */
const staleMs = 3_600_000;

/** Opens blobs in a directory, and throws away what a process that was killed has left half written. */
export async function openDirectoryBlobs(options: DirectoryBlobsOptions): Promise<Blobs> {
  const { directory, clock = systemClock } = options;
  const drafts = join(directory, draftFolder);
  try {
    await makeDirectory(drafts);
    for (const draft of await readdir(drafts)) await removeStale(join(drafts, draft), clock);
  } catch (error) {
    throw diskError(error, directory);
  }
  return new DirectoryBlobs(directory);
}

async function removeStale(draft: string, clock: Pick<Clock, "now">): Promise<void> {
  try {
    const { mtimeMs } = await stat(draft);
    if (mtimeMs < clock.now() - staleMs) await rm(draft, { force: true });
  } catch (error) {
    // whoever wrote it has done so
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Each a file (0600) in one of 256 folders. What is written is on the disk, whole, before it has its name. */
class DirectoryBlobs implements Blobs {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async write(name: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(name);
    const draft = join(this.#directory, draftFolder, randomUUID());
    try {
      await writeWhole(draft, bytes);
      const made = await makeDirectory(dirname(path));
      await rename(draft, path);
      await syncDirectory(dirname(path));
      if (made !== undefined) await syncDirectory(this.#directory);
    } catch (error) {
      await rm(draft, { force: true });
      throw diskError(error, this.#directory);
    }
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const path = this.#path(name);
    let file: FileHandle;
    try {
      file = await open(path);
    } catch (error) {
      throw codeOf(error) === "ENOENT" ? noBlob(name, error) : error;
    }
    // which closes it, however it ends
    yield* file.createReadStream() as AsyncIterable<Buffer>;
  }

  async forget(names: readonly string[]): Promise<void> {
    for (const path of names.map((name) => this.#path(name))) {
      try {
        await rm(path, { force: true });
      } catch (error) {
        throw diskError(error, this.#directory);
      }
    }
  }

  #path(name: string): string {
    requireBlobName(name);
    // names of one day begin alike
    const folder = createHash("sha256").update(name).digest("hex").slice(0, 2);
    return join(this.#directory, folder, name);
  }
}

async function writeWhole(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that a new name is still there after a power cut. */
async function syncDirectory(path: string): Promise<void> {
  let folder: FileHandle;
  try {
    folder = await open(path);
  } catch (error) {
    // Windows has none to open
    if (["EISDIR", "EPERM"].includes(codeOf(error))) return;
    throw error;
  }
  try {
    await folder.sync();
  } catch (error) {
    // some file systems see to it by themselves
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes(codeOf(error))) throw error;
  } finally {
    await folder.close();
  }
}

function diskError(error: unknown, directory: string): unknown {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new BerthError("insufficient_disk", `no room left on the disk of ${directory}`, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new BerthError(
        "read_only",
        `${directory} cannot be written (${codeOf(error)}): make it writable`,
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}
