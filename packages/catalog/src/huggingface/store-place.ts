import { constants } from "node:fs";
import { access, copyFile, mkdir, readlink, rename, stat, statfs, symlink, unlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BerthError } from "@berth/api";
import { homeModelsRoot, repoFolderName } from "../cache-layout.ts";
import { fileErrorCode, isDenied, isMissing } from "../file-error.ts";
import type { RepoFile } from "./repo.ts";

/** Where the parts of one repository lie in a home; see cache-layout.ts. */
export class StorePlace {
  readonly root: string;
  readonly #folder: string;
  readonly #repoFolder: string;

  constructor(home: string, repo: string) {
    this.root = homeModelsRoot(home);
    this.#repoFolder = repoFolderName(repo);
    this.#folder = join(this.root, this.#repoFolder);
  }

  blob(file: RepoFile): string {
    return join(this.#folder, "blobs", file.etag);
  }

  partial(file: RepoFile): string {
    return `${this.blob(file)}.incomplete`;
  }

  lock(file: RepoFile): string {
    return join(this.root, ".locks", this.#repoFolder, `${file.etag}.berth`);
  }

  snapshot(commit: string): string {
    return join(this.#folder, "snapshots", commit);
  }

  ref(name: string): string {
    return join(this.#folder, "refs", name);
  }

  /** Bytes of the file that lie there: all of them, a part, or none. */
  async bytesThere(file: RepoFile): Promise<number> {
    const whole = await sizeOf(this.blob(file));
    return whole === file.sizeBytes
      ? whole
      : Math.min(file.sizeBytes, (await sizeOf(this.partial(file))) ?? 0);
  }

  async hasBlob(file: RepoFile): Promise<boolean> {
    return (await sizeOf(this.blob(file))) === file.sizeBytes;
  }

  /** Makes the snapshot's link to the blob, in place of whatever lies there. */
  async link(commit: string, file: RepoFile): Promise<void> {
    const path = join(this.snapshot(commit), file.path);
    await mkdir(dirname(path), { recursive: true });
    const target = relative(dirname(path), this.blob(file));
    if ((await linkTarget(path)) === target) return;
    const draft = `${path}.${process.pid}.draft`;
    await unlink(draft).catch(ignoreMissing);
    try {
      await symlink(target, draft);
    } catch (error) {
      // a file system without links gets a copy, as huggingface_hub makes one
      if (!isDenied(error) && fileErrorCode(error) !== "ENOTSUP") throw error;
      await copyFile(this.blob(file), draft, constants.COPYFILE_FICLONE);
    }
    await rename(draft, path);
  }

  /** Free bytes on the disk that the home lies on, or will. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(await this.#existing());
    return bavail * bsize;
  }

  /** Throws `read_only` when this user may not write there. */
  async assertWritable(): Promise<void> {
    const existing = await this.#existing();
    try {
      await access(existing, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw readOnly(existing, error);
    }
  }

  /** The deepest folder on the way to the repository that is there. */
  async #existing(): Promise<string> {
    let path = this.#folder;
    while ((await stat(path).catch(ignoreMissing)) === undefined && dirname(path) !== path)
      path = dirname(path);
    return path;
  }
}

/** Says in words for the user what the disk refused; other errors stay as they are. */
export function diskError(error: unknown, path: string): unknown {
  const code = fileErrorCode(error);
  if (isDenied(error)) return readOnly(path, error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    const what = code === "ENOSPC" ? "the disk is full" : "the disk quota is used up";
    return new BerthError("insufficient_disk", `${what} at ${path}; the part that has arrived is kept`, {
      cause: error,
    });
  }
  return error;
}

const readOnly = (path: string, cause: unknown): BerthError =>
  new BerthError(
    "read_only",
    `${path} cannot be written (${fileErrorCode(cause)}); choose a profile whose home can`,
    {
      cause,
    },
  );

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(ignoreMissing))?.size;
}

async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch((error: unknown) => {
    if (fileErrorCode(error) === "EINVAL") return undefined;
    return ignoreMissing(error);
  });
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
