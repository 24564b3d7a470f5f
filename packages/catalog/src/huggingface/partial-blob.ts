import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { constants } from "node:fs";
import type { RepoFile } from "./repo.ts";

const readBytes = 2 ** 20;

/**
 * A blob on its way: the bytes of `<etag>.incomplete`, and the digest of all of them so far. What a killed process left
 * there is read once, so that the digest goes on from it.
 */
export class PartialBlob implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #blob: RepoFile;
  #hash: Hash;
  #offset = 0;

  private constructor(file: FileHandle, blob: RepoFile) {
    this.#file = file;
    this.#blob = blob;
    this.#hash = newHash(blob);
  }

  /** Opens the partial file, or makes it. One that is longer than the blob is begun again. */
  static async open(path: string, blob: RepoFile, signal: AbortSignal): Promise<PartialBlob> {
    const partial = new PartialBlob(await open(path, constants.O_RDWR | constants.O_CREAT), blob);
    try {
      await partial.#readWhatIsThere(signal);
      return partial;
    } catch (error) {
      await partial.#file.close();
      throw error;
    }
  }

  /** Bytes that lie there. */
  get offset(): number {
    return this.#offset;
  }

  get isFull(): boolean {
    return this.#offset === this.#blob.sizeBytes;
  }

  /** Adds bytes at the end; false, adding nothing, when the blob has no room for them. */
  async append(bytes: Uint8Array): Promise<boolean> {
    if (this.#offset + bytes.length > this.#blob.sizeBytes) return false;
    for (let written = 0; written < bytes.length;) {
      const position = this.#offset + written;
      written += (await this.#file.write(bytes, written, bytes.length - written, position)).bytesWritten;
    }
    this.#hash.update(bytes);
    this.#offset += bytes.length;
    return true;
  }

  /** Forgets every byte. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = newHash(this.#blob);
    this.#offset = 0;
  }

  /** The digest of the bytes so far, in hex. They are on the disk when this resolves. */
  async digest(): Promise<string> {
    await this.#file.datasync();
    return this.#hash.copy().digest("hex");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }

  async #readWhatIsThere(signal: AbortSignal): Promise<void> {
    const { size } = await this.#file.stat();
    if (size > this.#blob.sizeBytes) return this.restart();
    const buffer = Buffer.alloc(Math.min(size, readBytes));
    while (this.#offset < size) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#offset);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#offset += bytesRead;
    }
  }
}

/** Git names a file by the SHA-1 of its length and its bytes. */
function newHash({ digest, sizeBytes }: RepoFile): Hash {
  return digest === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${sizeBytes}\0`);
}
