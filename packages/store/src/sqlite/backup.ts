import { open, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BerthError } from "@berth/api/error";
import type { Clock } from "@berth/std/clock";
import Database from "better-sqlite3";
import { explainFileError } from "./file-error.ts";
import { explainSqliteError } from "./sqlite-error.ts";

const keptUpgradeBackups = 3;

/**
 * Copies the database as it is at one moment while others read and write, to a file that is not there yet and only its
 * owner can read. Throws `already_exists`; leaves nothing behind when it fails.
 */
export async function backupTo(
  database: Database.Database,
  path: string,
): Promise<{ readonly sizeBytes: number }> {
  if (path !== path.trim())
    throw new BerthError("invalid_request", "path begins or ends with a space", { param: "path" });
  // made first, exclusively: nothing is overwritten, and nobody else can open it meanwhile
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new BerthError("already_exists", `${path} is there already: name a new file`, { param: "path" });
    throw explainFileError(error, path, "name a path that can be written");
  });
  try {
    await database.backup(path);
    await file.sync();
    return { sizeBytes: (await stat(path)).size };
  } catch (error) {
    await rm(path, { force: true });
    throw explainSqliteError(error, path);
  } finally {
    await file.close();
  }
}

/** Copies a ledger, or a queue, that no server has open, or one has. One that is not there needs no copy. */
export async function backupOtherFile(path: string, target: string): Promise<void> {
  if (
    await stat(path).then(
      () => false,
      () => true,
    )
  )
    return;
  const database = new Database(path, { readonly: true });
  try {
    await backupTo(database, target);
  } finally {
    database.close();
  }
}

/** Copies the database beside itself before its schema goes up to `version`, and forgets the oldest such copies. */
export async function backupBeforeUpgrade(
  database: Database.Database,
  path: string,
  version: number,
  clock: Pick<Clock, "now">,
): Promise<void> {
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, "");
  await backupTo(database, `${path}.before-${version}-${stamp}.bak`);
  const backups = await upgradeBackups(path);
  await Promise.all(backups.slice(0, -keptUpgradeBackups).map((backup) => rm(backup.path, { force: true })));
}

export interface UpgradeBackup {
  readonly path: string;
  /** The version it was made before. */
  readonly version: number;
}

/** The copies made before upgrades, oldest first. */
export async function upgradeBackups(path: string): Promise<readonly UpgradeBackup[]> {
  const prefix = `${basename(path)}.before-`;
  const found: { path: string; version: number; stamp: string }[] = [];
  for (const name of await readdir(dirname(path))) {
    const [, version, stamp] = /^(\d+)-(\d{8}T\d{9}Z)\.bak$/.exec(name.slice(prefix.length)) ?? [];
    if (!name.startsWith(prefix) || version === undefined || stamp === undefined) continue;
    found.push({ path: join(dirname(path), name), version: Number(version), stamp });
  }
  return found.toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
}
