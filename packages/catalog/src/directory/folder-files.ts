import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../file-error.ts";

export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

export interface FolderFiles {
  readonly files: readonly FoundFile[];
  /** Links whose blob is not there. */
  readonly dangling: readonly string[];
}

/** A model has at most this many files; a folder with more is something else. */
export const maxFolderFiles = 5_000;
const maxDepth = 6;

/**
 * Every file under the folder, in the order of their paths. Links to files count as files, links to folders are not
 * entered. Stops at `maxFolderFiles` and six levels; rejects when the folder cannot be read.
 */
export async function folderFiles(folder: string): Promise<FolderFiles> {
  const files: FoundFile[] = [];
  const dangling: string[] = [];
  const visit = async (below: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (files.length >= maxFolderFiles) return;
      if (entry.isDirectory()) {
        if (depth < maxDepth && entry.name !== ".git") await visit(path, depth + 1);
        continue;
      }
      const found = await fileFacts(join(folder, path));
      if (found === "missing") dangling.push(path);
      else if (found !== "no file") files.push({ path, ...found });
    }
  };
  await visit("", 1);
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), dangling: dangling.toSorted() };
}

async function fileFacts(
  path: string,
): Promise<{ sizeBytes: number; modifiedAt: number } | "missing" | "no file"> {
  try {
    const found = await stat(path);
    return found.isFile() ? { sizeBytes: found.size, modifiedAt: Math.floor(found.mtimeMs) } : "no file";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
}
