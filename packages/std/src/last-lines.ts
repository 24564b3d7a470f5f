import { open, type FileHandle } from "node:fs/promises";

const blockBytes = 64 * 1024;

/** The file's last lines, read from its end; empty for a file that is not there. */
export async function readLastLines(path: string, count: number, maxBytes = blockBytes): Promise<string[]> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(size - maxBytes, await lastLinesOffset(file, size, count));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines.slice(-count);
  } finally {
    await file.close();
  }
}

/** Where the last `count` lines of the file's first `size` bytes begin. An unfinished line counts as one. */
export async function lastLinesOffset(file: FileHandle, size: number, count: number): Promise<number> {
  if (count <= 0) return size;
  const block = Buffer.alloc(Math.min(blockBytes, size));
  let missing = count;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    // the line feed at the very end closes the last line, it does not begin one
    let at = end === size ? bytesRead - 2 : bytesRead - 1;
    for (; at >= 0; at--) {
      at = block.lastIndexOf(0x0a, at);
      if (at === -1) break;
      if (--missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
