import { open, rename, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { launchFiles } from "@berth/api/runner";
import { readLastLines } from "@berth/std/last-lines";

/** Above this, writers should wait: the disk is slower than the engine is talkative. */
const maxPendingBytes = 1024 * 1024;

/** The engine's output on disk: two files that together stay near `maxBytes`, of which the older is dropped. */
export class EngineLog {
  readonly #path: string;
  readonly #earlierPath: string;
  readonly #fileBytes: number;
  #file: FileHandle;
  #size: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #lostBytes = 0;
  #writing: Promise<void> | undefined;

  private constructor(dir: string, maxBytes: number, file: FileHandle, size: number) {
    this.#path = join(dir, launchFiles.engineLog);
    this.#earlierPath = join(dir, launchFiles.earlierEngineLog);
    this.#fileBytes = Math.max(1, Math.floor(maxBytes / 2));
    this.#file = file;
    this.#size = size;
  }

  static async open(dir: string, maxBytes: number): Promise<EngineLog> {
    const file = await open(join(dir, launchFiles.engineLog), "a", 0o600);
    return new EngineLog(dir, maxBytes, file, (await file.stat()).size);
  }

  /** False asks the caller to wait for `settled` before writing more. */
  write(chunk: Buffer): boolean {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
    return this.#pendingBytes < maxPendingBytes;
  }

  /** Resolves when all that was written is in the file, or given up. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async lastLines(count: number): Promise<string[]> {
    await this.settled();
    const late = await readLastLines(this.#path, count);
    const early = late.length < count ? await readLastLines(this.#earlierPath, count - late.length) : [];
    return [...early, ...late];
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const chunks = this.#pending;
      const bytes = this.#pendingBytes;
      this.#pending = [];
      this.#pendingBytes = 0;
      try {
        if (this.#size >= this.#fileBytes) await this.#rotate();
        if (this.#lostBytes > 0)
          chunks.unshift(Buffer.from(`[${this.#lostBytes} bytes were lost: the disk was full]\n`));
        await this.#file.writev(chunks);
        this.#size += bytes;
        this.#lostBytes = 0;
      } catch (error) {
        // a full disk must not stop the engine; the gap is marked once there is room
        if (this.#lostBytes === 0) console.error(`${this.#path} cannot be written:`, error);
        this.#lostBytes += bytes;
      }
    }
  }

  async #rotate(): Promise<void> {
    await rename(this.#path, this.#earlierPath);
    const next = await open(this.#path, "a", 0o600);
    await this.#file.close();
    this.#file = next;
    this.#size = 0;
  }
}
