import { BerthError, type Job } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobCall, JobEvent, JobFilter, JobPage, JobResult } from "../../job-store.ts";
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

  getCall(id: string): JobCall | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    const body = this.#statements.of("select body from job_calls where seq = ?").pluck().get(row.seq);
    return { path: row.path, contentType: row.input_type, body: body as Buffer };
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

  listEvents(id: string, after: number, limit: number): readonly JobEvent[] {
    return this.#statements
      .of(
        `select number, at, kind, data from job_events
         where seq = (select seq from jobs where id = ?) and number > ? order by number limit ?`,
      )
      .all(id, after, limit) as JobEvent[];
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
