import { BerthError, type Job } from "@berth/api";
import type Database from "better-sqlite3";
import type {
  EventLimits,
  EventPage,
  JobCallHead,
  JobEvent,
  JobFilter,
  JobPage,
  JobResult,
  JobResultHead,
} from "../../job-store.ts";
import { jobOf, type JobRow } from "./job-row.ts";
import { Statements } from "./statements.ts";

/** Questions about jobs. */
export class JobReadingTables {
  readonly #statements: Statements;

  constructor(database: Database.Database) {
    this.#statements = new Statements(database);
  }

  getJob(id: string): Job | undefined {
    const row = this.#row(id);
    return row === undefined ? undefined : jobOf(row);
  }

  listJobs({ endpointId, keyId, status, deadLetters, limit, cursor }: JobFilter): JobPage {
    const conditions: [string, unknown][] = [
      ["endpoint_id = ?", endpointId],
      ["key_id = ?", keyId],
      ["status = ?", status],
      ["seq < ?", cursor === undefined ? undefined : seqOf(cursor)],
    ];
    const asked = conditions.filter(([, value]) => value !== undefined);
    const terms = asked.map(([sql]) => sql);
    // in so many words: an index of few rows has them
    if (deadLetters !== undefined) terms.push(`is_dead_letter = ${Number(deadLetters)}`);
    const where = terms.length === 0 ? "" : `where ${terms.join(" and ")}`;
    const rows = this.#statements
      .of(`select * from jobs ${where} order by seq desc limit ?`)
      .all(...asked.map(([, value]) => value), limit + 1) as JobRow[];
    const jobs = rows.slice(0, limit).map(jobOf);
    return { jobs, next: rows.length > limit ? String(jobs.at(-1)?.sequence) : null };
  }

  getCall(id: string): JobCallHead | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    return { path: row.path, contentType: row.input_type, bytes: row.input_bytes };
  }

  getResultHead(id: string): JobResultHead | undefined {
    const row = this.#row(id);
    if (row === undefined || row.result_status === null || row.result_type === null) return undefined;
    const { result_status: status, result_type: contentType, result_bytes, result_blob: blob } = row;
    return { status, contentType, bytes: result_bytes ?? 0, blob };
  }

  getResult(id: string): JobResult | undefined {
    const row = this.#row(id);
    if (row === undefined || row.result_status === null || row.result_type === null) return undefined;
    const told = { status: row.result_status, contentType: row.result_type };
    switch (row.result_kind) {
      case null:
        return undefined;
      case "blob":
        return { ...told, body: { kind: "blob", name: row.result_blob ?? "", bytes: row.result_bytes ?? 0 } };
      case "bytes": {
        const bytes = this.#statements.of("select body from job_results where seq = ?").pluck().get(row.seq);
        return { ...told, body: { kind: "bytes", bytes: bytes as Buffer } };
      }
      case "events":
        return { ...told, body: { kind: "bytes", bytes: this.#streamedArray(row.seq) } };
    }
  }

  listEvents(id: string, after: number, { count, bytes }: EventLimits): EventPage {
    const rows = this.#statements
      .of(
        `select number, at, kind, length(data) as size, iif(length(data) <= ?, data, null) as data from job_events
         where seq = (select seq from jobs where id = ?) and number > ? order by number limit ?`,
      )
      .iterate(bytes, id, after, count) as IterableIterator<JobEvent & { readonly size: number }>;
    const events: JobEvent[] = [];
    let sum = 0;
    for (const { size, ...event } of rows) {
      sum += size;
      if (sum > bytes) return { events, tooLarge: events.length === 0 ? size : null };
      events.push(event);
    }
    return { events, tooLarge: null };
  }

  waitingSince(endpointId: string): number | null {
    // many may wait for their time: those are not looked through to the end
    const since = this.#statements
      .of(
        `select available_at from (select available_at, ready from jobs where endpoint_id = ? and status = 'QUEUED'
           order by seq limit 1000) where ready = 1 limit 1`,
      )
      .pluck()
      .get(endpointId) as number | undefined;
    return since ?? null;
  }

  /** What the last attempt streamed: what others have is forgotten. */
  #streamedArray(seq: number): Buffer {
    const parts = this.#statements
      .of("select data from job_events where seq = ? and kind = 'value' order by number")
      .pluck()
      .all(seq) as Buffer[];
    const comma = Buffer.from(",");
    const joined = parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part]));
    return Buffer.concat([Buffer.from("["), ...joined, Buffer.from("]")]);
  }

  #row(id: string): JobRow | undefined {
    return this.#statements.of("select * from jobs where id = ?").get(id) as JobRow | undefined;
  }
}

function seqOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new BerthError("invalid_request", "take `cursor` from `next` of the page before", {
    param: "cursor",
  });
}
