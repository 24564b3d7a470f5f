import { basename } from "node:path";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type Database from "better-sqlite3";
import { sql } from "kysely";
import { backupBeforeUpgrade, upgradeBackups } from "./backup.ts";
import type { Connection } from "./connection.ts";
import type { Migration } from "./migrations.ts";
import { damaged } from "./sqlite-error.ts";

/**
 * Brings the schema to the newest version that is known, each step in a transaction of its own. A database that holds
 * something is copied first. Throws, having changed nothing, when the database is a newer Berth's or nobody's.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  clock: Pick<Clock, "now">,
): Promise<void> {
  const { path, database, db } = connection;
  const applied = schemaVersion(connection);
  const known = migrations.at(-1)?.version ?? 0;
  if (applied.version > known) throw await fromNewer(path, applied, migrations);
  const pending = migrations.filter((migration) => migration.version > applied.version);
  if (pending.length === 0) return;
  if (applied.version > 0) await backupBeforeUpgrade(database, path, known, clock);
  // a step may rebuild a table that others refer to; the check before each commit stands in for the rule
  database.pragma("foreign_keys = OFF");
  for (const migration of pending) {
    await db.transaction().execute(async (transaction) => {
      await createMigrationsTable(database);
      await migration.up(transaction);
      await transaction
        .insertInto("migrations")
        .values({ version: migration.version, name: migration.name, applied_at: clock.now() })
        .execute();
      const { rows } = await sql`pragma foreign_key_check`.execute(transaction);
      if (rows.length > 0)
        throw damaged(path, `${rows.length} references lead nowhere after step "${migration.name}"`);
    });
  }
  database.pragma("foreign_keys = ON");
}

export interface SchemaVersion {
  /** 0: empty. */
  readonly version: number;
  readonly name: string;
}

/** What the database says of itself. Throws when it holds tables of something else. */
export function schemaVersion({ path, database }: Connection): SchemaVersion {
  const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  if (tables.includes("migrations")) {
    const newest = database
      .prepare("select version, name from migrations order by version desc limit 1")
      .get() as SchemaVersion | undefined;
    if (newest !== undefined) return newest;
  }
  if (tables.length > 0)
    throw new BerthError(
      "unsupported",
      `${path} is a database, but not Berth's: set BERTH_STATE_DIR to another place`,
    );
  return { version: 0, name: "empty" };
}

async function createMigrationsTable(database: Database.Database): Promise<void> {
  database.exec(
    "create table if not exists migrations (version integer primary key, name text not null, applied_at integer not null) strict",
  );
}

async function fromNewer(
  path: string,
  applied: SchemaVersion,
  migrations: readonly Migration[],
): Promise<BerthError> {
  const known = migrations.at(-1)?.version ?? 0;
  const backup = (await upgradeBackups(path)).findLast((candidate) => candidate.version > known);
  const advice =
    backup === undefined ? "" : `, or go back to the copy made before that upgrade: ${backup.path}`;
  return new BerthError(
    "unsupported",
    `the database ${path} is from a newer Berth: its schema is version ${applied.version} ("${applied.name}"), ` +
      `this Berth knows up to version ${known}. Use the newer Berth${advice}`,
    { details: { database: basename(path), version: applied.version, known } },
  );
}
