import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { packEnd } from "./pack.ts";

/** A name in the pack, and the file or directory that goes there. */
export type PackContent = Readonly<Record<string, string>>;

const run = promisify(execFile);

/**
 * Makes gzipped tars by this machine's own tar, and keeps them in its cache: a cluster gets the same one many times over
 * the years. One that was cut off while it was made is not kept.
 */
export class Packer {
  readonly #cacheDir: string;
  readonly #making = new Map<string, Promise<string>>();

  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
  }

  async open(
    name: string,
    content: () => Promise<PackContent>,
    signal: AbortSignal,
  ): Promise<{ readonly stream: Readable; readonly bytes: number }> {
    let making = this.#making.get(name);
    if (making === undefined) {
      making = this.#make(name, content).finally(() => this.#making.delete(name));
      this.#making.set(name, making);
    }
    const path = await making;
    signal.throwIfAborted();
    return { stream: createReadStream(path), bytes: (await stat(path)).size };
  }

  async #make(name: string, content: () => Promise<PackContent>): Promise<string> {
    const path = join(this.#cacheDir, `${name}.tgz`);
    if (await isFile(path)) return path;
    await mkdir(this.#cacheDir, { recursive: true });
    const folder = await mkdtemp(join(this.#cacheDir, ".pack-"));
    try {
      const staged = join(folder, "staged");
      const entries = await content();
      for (const [entry, source] of Object.entries(entries)) {
        await mkdir(dirname(join(staged, entry)), { recursive: true });
        await symlink(source, join(staged, entry));
      }
      await writeFile(join(staged, packEnd), "");
      const tops = [...new Set(Object.keys(entries).map((entry) => entry.split("/")[0] ?? entry)), packEnd];
      const draft = join(folder, "draft.tgz");
      // links are packed as what they lead to; a Mac's tar would add files of its own
      const env = { ...process.env, COPYFILE_DISABLE: "1" };
      await run("tar", ["-chzf", draft, "-C", staged, ...tops], { env });
      await rename(draft, path);
      return path;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
