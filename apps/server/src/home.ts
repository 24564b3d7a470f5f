import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { makeDirectory } from "@berth/std/make-directory";
import { createFile, replaceFile } from "@berth/std/whole-file";
import type { JobStore } from "@berth/store";

/** In the home: what stored credentials are encrypted under. */
export const secretKeyName = "secret.key";

/** Makes the home (0700) where it is absent. Throws `read_only` with what the system said. */
export async function ensureHome(homeDir: string): Promise<void> {
  try {
    await makeDirectory(homeDir);
    const probe = join(homeDir, `.write-${process.pid}`);
    await writeFile(probe, "", { mode: 0o600 });
    await rm(probe);
  } catch (cause) {
    const what = (cause as Error).message;
    throw new BerthError(
      "read_only",
      `${homeDir} cannot be written (${what}); choose another home with BERTH_HOME_DIR`,
      {
        param: "BERTH_HOME_DIR",
        cause,
      },
    );
  }
}

/** Names this home for ever, in every launched thing: made at the first start. */
export async function readHomeId(homeDir: string): Promise<string> {
  const path = join(homeDir, "home-id");
  await createFile(path, `${randomUUID().replaceAll("-", "").slice(0, 12)}\n`);
  const id = (await readFile(path, "utf8")).trim();
  if (/^[a-z0-9]{8,}$/.test(id)) return id;
  throw new BerthError(
    "unprocessable",
    `${path} holds no id of a home: restore it; without it, the engines that run cannot be told from others'`,
  );
}

/** The file with the key of stored credentials, where there is one: a copy of the database is made without it. */
export function secretKeyFile(homeDir: string): string | undefined {
  const path = join(homeDir, secretKeyName);
  return existsSync(path) ? path : undefined;
}

/**
 * What leases of jobs are signed with: made at the first start, so that workers keep theirs when the server is started anew. A file
 * of an earlier version, which kept it in the home, is taken over.
 */
export async function leaseSecretOf(homeDir: string, jobs: Pick<JobStore, "leaseSecret">): Promise<string> {
  const path = join(homeDir, "lease.key");
  const before = existsSync(path) ? (await readFile(path, "utf8")).trim() : "";
  const secret = await jobs.leaseSecret(
    /^[\w-]{43,}$/.test(before) ? before : randomBytes(32).toString("base64url"),
  );
  await rm(path, { force: true });
  return secret;
}

/** Where programs of this user find the running server. */
export interface ServerFile {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly urls: readonly string[];
  readonly startedAt: number;
  readonly version: string;
}

/** Writes `server.json` whole. */
export async function writeServerFile(homeDir: string, file: ServerFile): Promise<void> {
  await replaceFile(join(homeDir, "server.json"), `${JSON.stringify(file, undefined, 2)}\n`);
}

/** Removes `server.json` if it is still ours. */
export async function removeServerFile(homeDir: string): Promise<void> {
  const path = join(homeDir, "server.json");
  const text = await readFile(path, "utf8").catch(() => "");
  if (text.includes(`"pid": ${process.pid},`)) await rm(path, { force: true });
}
