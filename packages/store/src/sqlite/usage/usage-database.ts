import type { UsageRow } from "@berth/api";
import Database from "better-sqlite3";
import type { LedgerEntry, RequestFilter, UsageHorizon, UsageQuery } from "../../store.ts";
import { backupTo } from "../backup.ts";
import { integrityProblems } from "../integrity-problems.ts";
import {
  cursorOf,
  type DetailsRow,
  endedAt,
  insertRequest,
  pageQuery,
  requestValues,
  type RequestRow,
  type RowPage,
} from "./usage-rows.ts";
import { UsageTotals } from "./usage-totals.ts";

const busyTimeoutMs = 5000;
const bodyCharacters = 1024 * 1024;
const purgedAtOnce = 500;

/** The ledger's file, whose schema is there. Everything is done at once, by whoever calls: a thread of its own. */
export class UsageDatabase {
  readonly #database: Database.Database;
  readonly #totals: UsageTotals;
  readonly #write: (entries: readonly LedgerEntry[]) => void;

  constructor(path: string) {
    const database = new Database(path, { fileMustExist: true, timeout: busyTimeoutMs });
    database.pragma("journal_mode = WAL");
    // a power cut may take back the last commits, but leaves the file whole
    database.pragma("synchronous = NORMAL");
    this.#database = database;
    this.#totals = new UsageTotals(database);
    const addRequest = database.prepare(insertRequest);
    const isTaken = database.prepare("select 1 from requests where id = ?").pluck();
    // no caller may choose an id with this in it
    const makeUnique = database.prepare("update requests set id = id || '~' || seq where seq = ?");
    const addBodies = database.prepare("insert into request_bodies values (?, ?, ?, ?)");
    this.#write = database.transaction((entries: readonly LedgerEntry[]) => {
      for (const { record, bodies } of entries) {
        const hidesAnother = isTaken.get(record.id) !== undefined;
        const { lastInsertRowid } = addRequest.run(...requestValues(record));
        if (hidesAnother) makeUnique.run(lastInsertRowid);
        if (bodies !== undefined)
          addBodies.run(
            lastInsertRowid,
            endedAt(record),
            bodies.request.slice(0, bodyCharacters),
            bodies.response.slice(0, bodyCharacters),
          );
      }
      this.#totals.add(entries);
    });
  }

  /** All of them in one commit; when that fails, each for itself. Returns how many could not be written, and why. */
  append(entries: readonly LedgerEntry[]): { readonly lost: number; readonly error: unknown } {
    try {
      this.#write(entries);
      return { lost: 0, error: undefined };
    } catch (error) {
      if (entries.length <= 1) return { lost: entries.length, error };
      const lost = entries.filter((entry) => this.append([entry]).lost > 0);
      return { lost: lost.length, error };
    }
  }

  listRequests(filter: RequestFilter): RowPage {
    const { sql, values } = pageQuery(filter);
    const found = this.#database.prepare(sql).all(...values) as RequestRow[];
    const rows = found.slice(0, filter.limit);
    const last = rows.at(-1);
    return { rows, next: found.length > filter.limit && last !== undefined ? cursorOf(last) : null };
  }

  getRequest(id: string): DetailsRow | undefined {
    return this.#database
      .prepare(
        `select requests.*, request, response, request is not null as has_bodies
         from requests left join request_bodies using (seq) where id = ? order by seq desc limit 1`,
      )
      .get(id) as DetailsRow | undefined;
  }

  groupUsage(query: UsageQuery): UsageRow[] {
    return this.#totals.group(query);
  }

  /** One small step; whether there may be more to forget. */
  purgeSome({ requestsMs, bodiesMs, totalsMs }: UsageHorizon): boolean {
    const forget = (table: string, key: string, column: string, beforeMs: number): number =>
      this.#database
        .prepare(
          `delete from ${table} where ${key} in (select ${key} from ${table} where ${column} < ? limit ${purgedAtOnce})`,
        )
        .run(beforeMs).changes;
    const forgotten = [
      forget("request_bodies", "seq", "ended_at", Math.max(bodiesMs, requestsMs)),
      forget("requests", "seq", "ended_at", requestsMs),
      this.#purgeTotals(totalsMs),
    ];
    return forgotten.some((count) => count >= purgedAtOnce);
  }

  backup(target: string): Promise<{ readonly sizeBytes: number }> {
    return backupTo(this.#database, target);
  }

  check(): readonly string[] {
    return integrityProblems(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  #purgeTotals(beforeMs: number): number {
    let forgotten = 0;
    for (const span of ["hour", "day"]) {
      const key = "(span, start, key_id, model, provider, route)";
      forgotten += this.#database
        .prepare(
          `delete from usage_totals where ${key} in (select span, start, key_id, model, provider, route
           from usage_totals where span = ? and start < ? limit ${purgedAtOnce})`,
        )
        .run(span, beforeMs).changes;
    }
    return forgotten;
  }
}
