import type Database from "better-sqlite3";
import { sql } from "kysely";
import type { MigrationDatabase } from "../migrations.ts";
import { Statements } from "./statements.ts";

/** A key that has something due, and when the first of it. */
export interface DueKey {
  readonly keyId: string;
  readonly dueAt: number;
}

/**
 * When the first delivery of a key at a host is due: one row for each such two, however much waits there, so that what to
 * tell next is found without a look at all of them. `''` stands for no key.
 */
export class DueHosts {
  readonly #statements: Statements;

  constructor(database: Database.Database) {
    this.#statements = new Statements(database);
  }

  /** Those of the key at the host have changed. */
  settle(keyId: string, host: string): void {
    const dueAt = this.#first(
      "select min(due_at) from deliveries where key_id = ? and host = ? and due_at is not null",
      keyId,
      host,
    );
    if (dueAt === null)
      this.#statements.of("delete from due_hosts where key_id = ? and host = ?").run(keyId, host);
    else
      this.#statements
        .of(
          `insert into due_hosts values (?, ?, ?)
           on conflict (key_id, host) do update set due_at = excluded.due_at`,
        )
        .run(keyId, host, dueAt);
  }

  /** Who has waited longest comes first. One step into the index for each key: a caller can have many hosts, but makes no keys. */
  keys(): readonly DueKey[] {
    return this.#statements
      .of(
        `with recursive keys (key_id) as (
           select min(key_id) from due_hosts
           union all
           select (select min(key_id) from due_hosts where key_id > keys.key_id)
           from keys where keys.key_id is not null
         )
         select key_id as keyId,
           (select min(due_at) from due_hosts due where due.key_id = keys.key_id) as dueAt
         from keys where key_id is not null order by dueAt`,
      )
      .all() as DueKey[];
  }

  /** Hosts at which something of the key's is due, but for `full`; at most `limit`. */
  hosts(keyId: string, now: number, full: readonly string[], limit: number): readonly string[] {
    return this.#statements
      .of(
        `select host from due_hosts where key_id = ? and due_at <= ?
           and host not in (select value from json_each(?)) order by due_at limit ?`,
      )
      .pluck()
      .all(keyId, now, JSON.stringify(full), limit) as string[];
  }

  /** When the first of the key's is due that is not at one of `full`. */
  nextAt(keyId: string, full: readonly string[]): number | null {
    return this.#first(
      `select due_at from due_hosts where key_id = ?
         and host not in (select value from json_each(?)) order by due_at limit 1`,
      keyId,
      JSON.stringify(full),
    );
  }

  #first(text: string, ...values: readonly unknown[]): number | null {
    const found = this.#statements
      .of(text)
      .pluck()
      .get(...values) as number | null | undefined;
    return found ?? null;
  }
}

/** Of a queue that had none: deliveries belong to their key, too. */
export async function addDueHosts(db: MigrationDatabase): Promise<void> {
  const statements = [
    sql`alter table deliveries add column key_id text not null default ''`,
    sql`update deliveries set key_id = ifnull(json_extract(job_json, '$.keyId'), '')`,
    sql`drop index deliveries_due`,
    sql`create index deliveries_due on deliveries (key_id, host, due_at) where due_at is not null`,
    sql`
      create table due_hosts (
        key_id text not null,
        host text not null,
        due_at integer not null,
        primary key (key_id, host)
      ) strict, without rowid`,
    sql`create index due_hosts_first on due_hosts (key_id, due_at)`,
    sql`
      insert into due_hosts select key_id, host, min(due_at) from deliveries
      where due_at is not null group by key_id, host`,
  ];
  for (const statement of statements) await statement.execute(db);
}
