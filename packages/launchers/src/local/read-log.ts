import { open, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { launchFiles } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { lastLinesOffset } from "@berth/std/last-lines";
import type { LogOptions } from "../launcher.ts";

export interface LogReading extends LogOptions {
  readonly dir: string;
  /** Whether nothing will be written any more. */
  readonly isOver: () => Promise<boolean>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const blockBytes = 64 * 1024;
const pollMs = 100;

/** The engine's log from both of its files, as text, and what is added to it, over rotations. Ends when the signal aborts. */
export async function* readLog(reading: LogReading): AsyncGenerator<string, void, void> {
  const { dir, follow, clock, signal } = reading;
  const path = join(dir, launchFiles.engineLog);
  const decoder = new TextDecoder();
  let file = await openIfThere(path);
  try {
    let at = 0;
    if (file !== undefined) {
      const beginning = await readBeginning(file, dir, reading.tailLines);
      if (beginning.earlier !== "") yield beginning.earlier;
      at = beginning.at;
    }
    while (!signal.aborted) {
      // asked before reading: what is written until the end is read
      const isLast = !follow || (await reading.isOver());
      if (file !== undefined) {
        for await (const block of blocks(file, at)) {
          at += block.length;
          const text = decoder.decode(block, { stream: true });
          if (text !== "") yield text;
          if (signal.aborted) return;
        }
      }
      const next = await openSuccessor(path, file);
      if (next !== undefined) {
        await file?.close();
        [file, at] = [next, 0];
      } else if (isLast) return;
      else await clock.sleep(pollMs, signal).catch(ignoreAbort(signal));
    }
  } finally {
    await file?.close();
  }
}

/** What to give of the earlier file, and where to begin in this one. */
async function readBeginning(
  file: FileHandle,
  dir: string,
  tailLines: number | undefined,
): Promise<{ earlier: string; at: number }> {
  const { size, ino } = await file.stat();
  const at = tailLines === undefined ? 0 : await lastLinesOffset(file, size, tailLines);
  if (at > 0) return { earlier: "", at };
  const missing = tailLines === undefined ? undefined : tailLines - (await countLines(file, size));
  if (missing === 0) return { earlier: "", at };
  const earlier = await openIfThere(join(dir, launchFiles.earlierEngineLog));
  if (earlier === undefined) return { earlier: "", at };
  try {
    const its = await earlier.stat();
    // it became the earlier one while we looked
    if (its.ino === ino) return { earlier: "", at };
    const from = missing === undefined ? 0 : await lastLinesOffset(earlier, its.size, missing);
    const { buffer, bytesRead } = await earlier.read(Buffer.alloc(its.size - from), 0, its.size - from, from);
    return { earlier: buffer.toString("utf8", 0, bytesRead), at };
  } finally {
    await earlier.close();
  }
}

async function countLines(file: FileHandle, size: number): Promise<number> {
  let lines = 0;
  let last = 0x0a;
  for await (const block of blocks(file, 0, size)) {
    for (const byte of block) if (byte === 0x0a) lines++;
    last = block.at(-1) ?? last;
  }
  return last === 0x0a ? lines : lines + 1;
}

async function* blocks(file: FileHandle, from: number, to = Infinity): AsyncGenerator<Buffer, void, void> {
  for (let at = from; at < to;) {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(blockBytes),
      0,
      Math.min(blockBytes, to - at),
      at,
    );
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The file that has taken the path since `file` was opened. */
async function openSuccessor(path: string, file: FileHandle | undefined): Promise<FileHandle | undefined> {
  if (file !== undefined) {
    const [known, now] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
    if (now === undefined || now.ino === known.ino) return undefined;
  }
  return openIfThere(path);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
