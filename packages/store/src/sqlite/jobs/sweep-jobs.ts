import type { JobError, JobStatus } from "@berth/api";
import type Database from "better-sqlite3";
import type { Gap, Swept } from "../../job-store.ts";
import type { JobDeliveryTables } from "./deliver-jobs.ts";
import type { JobNotes } from "./job-notes.ts";
import type { JobRow } from "./job-row.ts";
import { standingOf } from "./job-standing.ts";
import { Statements } from "./statements.ts";

/** So many of each kind at once: others wait behind. */
const atOnce = 500;

const expired: JobError = {
  code: "expired",
  message: "it had not ended when its time to live was over",
  details: null,
};
const tooLong: JobError = {
  code: "execution_timeout",
  message: "it took longer than its execution timeout",
  details: null,
};
const workerLost: JobError = {
  code: "worker_lost",
  message: "whoever worked on it fell silent, as often as it may be tried",
  details: null,
};

/** Looks after what nobody has done anything about. Each call is inside a transaction of the caller's. */
export class JobSweep {
  readonly #statements: Statements;
  readonly #notes: JobNotes;
  readonly #deliveries: JobDeliveryTables;

  constructor(database: Database.Database, notes: JobNotes, deliveries: JobDeliveryTables) {
    this.#statements = new Statements(database);
    this.#notes = notes;
    this.#deliveries = deliveries;
  }

  sweep(now: number): Swept {
    const done = [
      this.#end("status in ('QUEUED', 'RUNNING') and expires_at <= ?", now, "TIMED_OUT", expired),
      this.#end("status = 'RUNNING' and run_until <= ?", now, "TIMED_OUT", tooLong),
      this.#endLost(now),
      this.#queueAgain(now),
      this.#makeReady(now),
      this.#forget(now),
    ];
    return { more: done.some((count) => count >= atOnce) };
  }

  resume({ leapMs, lostWorkerId }: Gap, now: number): void {
    if (lostWorkerId !== null) this.#giveBack(lostWorkerId, now);
    // The clock may have gone either way: nobody has longer than by a lease, or an attempt, that begins now. A lease begins
    // anew once: who is not heard before the next time may never have learnt of its job, or be gone.
    this.#run(
      `update jobs set
         lease_until = case when worker_id = ? then ?
           when resumed = 0 then ? + lease_ms else min(lease_until + ?, ? + lease_ms) end,
         run_until = max(min(run_until + ?, ? + execution_timeout_ms), iif(resumed = 0, ? + lease_ms, 0)),
         resumed = 1
       where status = 'RUNNING'`,
      [lostWorkerId, now, now, leapMs, now, leapMs, now, now],
    );
    if (lostWorkerId === null) return;
    while (this.#endLost(now) + this.#queueAgain(now) > 0);
  }

  unneededBlobs(): readonly string[] {
    return this.#statements.of(`select name from forgotten_blobs limit ${atOnce}`).pluck().all() as string[];
  }

  blobsForgotten(names: readonly string[]): void {
    for (const name of names) this.#run("delete from forgotten_blobs where name = ?", [name]);
  }

  /** Not for ever: its last attempts count, so that what takes the worker along each time ends. */
  #giveBack(workerId: string, now: number): void {
    const rows = this.#statements
      .of("select * from jobs where status = 'RUNNING' and worker_id = ? and lost < max_attempts")
      .all(workerId) as JobRow[];
    for (const row of rows) {
      this.#run(
        `update jobs set status = 'QUEUED', ready = 1, available_at = ?, lease_until = null, started_at = null,
           run_until = null, tries = tries - 1, lost = lost + 1 where seq = ?`,
        [now, row.seq],
      );
      this.#notes.moved(row, "RUNNING", "READY");
    }
  }

  #endLost(now: number): number {
    const lost = "status = 'RUNNING' and lease_until <= ? and tries >= max_attempts";
    return this.#end(lost, now, "FAILED", workerLost);
  }

  #end(where: string, now: number, status: JobStatus & ("TIMED_OUT" | "FAILED"), error: JobError): number {
    const isDead = Number(status === "FAILED");
    const rows = this.#rows(where, now);
    for (const row of rows) {
      const keptMs = isDead === 1 ? row.dead_letter_ms : row.retention_ms;
      this.#run(
        `update jobs set status = ?, ready = 0, finished_at = ?, purge_at = ?, lease_until = null, error_json = ?,
           is_dead_letter = ? where seq = ?`,
        [status, now, now + keptMs, JSON.stringify(error), isDead, row.seq],
      );
      this.#notes.moved(row, standingOf(row), status);
      this.#deliveries.owe(row, now);
    }
    return rows.length;
  }

  /** Their leases are known still: whoever was only slow may go on, if nobody else has come. */
  #queueAgain(now: number): number {
    // what has ended otherwise, and is more than was ended at once, is left for the next time
    const rows = this.#rows(
      "status = 'RUNNING' and lease_until <= ? and tries < max_attempts and run_until > ? and expires_at > ?",
      now,
    );
    for (const row of rows) {
      this.#run("update jobs set status = 'QUEUED', ready = 1 where seq = ?", [row.seq]);
      this.#notes.moved(row, "RUNNING", "READY");
    }
    return rows.length;
  }

  #makeReady(now: number): number {
    const rows = this.#rows("status = 'QUEUED' and ready = 0 and available_at <= ?", now);
    for (const row of rows) {
      this.#run("update jobs set ready = 1 where seq = ?", [row.seq]);
      this.#notes.moved(row, "DELAYED", "READY");
    }
    return rows.length;
  }

  #forget(now: number): number {
    const rows = this.#rows("purge_at is not null and purge_at <= ?", now);
    for (const row of rows) {
      this.#deliveries.forget(row.seq);
      for (const table of ["job_calls", "job_results", "job_events", "jobs"])
        this.#run(`delete from ${table} where seq = ?`, [row.seq]);
      if (row.result_blob !== null)
        this.#run("insert or ignore into forgotten_blobs values (?)", [row.result_blob]);
      this.#notes.moved(row, standingOf(row), undefined);
    }
    return rows.length;
  }

  #rows(where: string, now: number): readonly JobRow[] {
    const times = Array.from(where.matchAll(/\?/g), () => now);
    return this.#statements.of(`select * from jobs where ${where} limit ${atOnce}`).all(...times) as JobRow[];
  }

  #run(sql: string, values: readonly unknown[]): void {
    this.#statements.of(sql).run(...values);
  }
}
