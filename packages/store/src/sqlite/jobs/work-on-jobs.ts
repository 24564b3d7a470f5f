import { BerthError, hasJobEnded } from "@berth/api";
import type Database from "better-sqlite3";
import type {
  Claim,
  ClaimedJob,
  Finished,
  Held,
  JobEnding,
  JobResult,
  Lease,
  Renewal,
} from "../../job-store.ts";
import type { JobDeliveryTables } from "./deliver-jobs.ts";
import type { JobNotes } from "./job-notes.ts";
import { jobOf, type JobRow } from "./job-row.ts";
import { type Standing, standingOf, statusOf } from "./job-standing.ts";
import { prepareAll } from "./statements.ts";

const mostClaimedBytes = 16 * 1024 * 1024;
const mostStreamedBytes = 64 * 1024 * 1024;

const texts = {
  find: "select * from jobs where id = ?",
  ready: `select seq, priority from jobs where endpoint_id = ? and status = 'QUEUED' and ready = 1 and expires_at > ?
      and execution_timeout_ms <= ? order by priority desc, seq limit ?`,
  readyOfKey: `select seq, priority from jobs where endpoint_id = ? and ifnull(key_id, '') = ? and status = 'QUEUED'
      and ready = 1 and expires_at > ? and execution_timeout_ms <= ? order by priority desc, seq limit ?`,
  claim: `update jobs set status = 'RUNNING', ready = 0, attempt = attempt + 1, tries = tries + 1, started_at = ?,
      run_until = ? + execution_timeout_ms, lease_ms = ?, lease_until = ?, resumed = 0, worker_id = ?, progress_json = null,
      error_json = null, events = events + (events > 0), events_before = events + (events > 0), streamed_bytes = 0 where seq = ? returning *`,
  call: "select body from job_calls where seq = ?",
  forgetEvents: "delete from job_events where seq = ?",
  addEvent: "insert into job_events values (?, ?, ?, ?, ?)",
  renew: `update jobs set status = 'RUNNING', ready = 0, lease_until = ? + lease_ms, resumed = 0,
      progress_json = ifnull(?, progress_json) where seq = ?`,
  streamed: "update jobs set events = ?, streamed_bytes = ? where seq = ?",
  complete: `update jobs set status = 'COMPLETED', ready = 0, finished_at = ?, purge_at = ? + retention_ms,
      lease_until = null, error_json = null, result_kind = ?, result_status = ?, result_type = ?, result_bytes = ?,
      result_blob = ? where seq = ?`,
  addResult: "insert into job_results values (?, ?)",
  fail: `update jobs set status = 'FAILED', ready = 0, finished_at = ?, purge_at = ? + dead_letter_ms,
      lease_until = null, error_json = ?, is_dead_letter = 1 where seq = ?`,
  queueAgain: `update jobs set status = 'QUEUED', ready = ?, available_at = ?, lease_until = null, started_at = null,
      run_until = null, error_json = ?, tries = tries - ? where seq = ?`,
};

interface ReadyRow {
  readonly seq: number;
  readonly priority: number;
}

/** The verbs of those who do the work, each inside a transaction of the caller's. */
export class JobWorkTables {
  readonly #notes: JobNotes;
  readonly #deliveries: JobDeliveryTables;
  readonly #statements: Readonly<Record<keyof typeof texts, Database.Statement>>;

  constructor(database: Database.Database, notes: JobNotes, deliveries: JobDeliveryTables) {
    this.#notes = notes;
    this.#deliveries = deliveries;
    this.#statements = prepareAll(database, texts);
  }

  claim(claim: Claim, now: number): readonly ClaimedJob[] {
    const { workerId, leaseMs } = claim;
    const claimed: ClaimedJob[] = [];
    let bytes = 0;
    for (const seq of this.#ready(claim, now)) {
      // what one answer carries is bounded; there is more for the next
      if (bytes >= mostClaimedBytes) break;
      const row = this.#statements.claim.get(now, now, leaseMs, now + leaseMs, workerId, seq) as JobRow;
      // what an attempt before has streamed is void: kept, it would be a file's worth for each attempt
      if (row.events > 0) {
        this.#statements.forgetEvents.run(seq);
        this.#statements.addEvent.run(seq, row.events, now, "restart", nothing);
      }
      this.#notes.moved(row, "READY", "RUNNING");
      const { body } = this.#statements.call.get(seq) as { body: Buffer };
      bytes += body.length;
      claimed.push({
        job: jobOf(row),
        call: { path: row.path, contentType: row.input_type, body },
        lease: { jobId: row.id, attempt: row.attempt },
        executionTimeoutMs: row.execution_timeout_ms,
      });
    }
    return claimed;
  }

  renew(renewals: readonly Renewal[], now: number): readonly Held[] {
    return renewals.map(({ lease, progress }) => {
      const row = this.#held(lease);
      if (row === undefined) return "over";
      this.#statements.renew.run(now, progress === undefined ? null : JSON.stringify(progress), row.seq);
      if (row.status !== "RUNNING") this.#notes.moved(row, standingOf(row), "RUNNING");
      else if (progress !== undefined) this.#notes.progressed(row);
      return "held";
    });
  }

  append(lease: Lease, first: number, values: readonly Uint8Array[], now: number): Held {
    const row = this.#held(lease);
    if (row === undefined) return "over";
    const there = row.events - row.events_before;
    if (first > there + 1)
      throw new BerthError("conflict", `the job has ${there} values: value ${there + 1} is missing`, {
        param: "first",
      });
    // said once more, as the first answer may have been lost
    const more = values.slice(there + 1 - first);
    if (more.length === 0) return "held";
    const bytes = more.reduce((sum, { length }) => sum + length + 1, row.streamed_bytes);
    if (bytes > mostStreamedBytes)
      throw new BerthError(
        "payload_too_large",
        `a job streams at most ${mostStreamedBytes / 2 ** 20} MiB: leave what is larger as its result`,
      );
    let number = row.events;
    for (const data of more) this.#statements.addEvent.run(row.seq, (number += 1), now, "value", data);
    this.#statements.streamed.run(number, bytes, row.seq);
    this.#notes.progressed(row);
    return "held";
  }

  finish(lease: Lease, ending: JobEnding, now: number): Finished {
    const row = this.#statements.find.get(lease.jobId) as JobRow | undefined;
    if (row === undefined) return { kind: "superseded", status: "CANCELLED" };
    const isCurrent = lease.attempt === row.attempt && row.lease_until !== null;
    const superseded: Finished = { kind: "superseded", status: row.status };
    if (!(lease.attempt >= 1 && lease.attempt <= row.attempt)) return superseded;
    // said once more, as the first answer may have been lost: whoever is superseded may throw its blob away
    if (isSame(row, ending)) return { kind: "stored", status: row.status };
    if (hasJobEnded(row.status)) return superseded;
    switch (ending.kind) {
      case "completed":
        // a stream that was begun anew is not this one
        if (ending.result.body.kind === "events" && !isCurrent) return superseded;
        this.#storeResult(row, ending.result, now);
        return this.#ended(row, "COMPLETED", now);
      case "failed": {
        if (!isCurrent) return superseded;
        const error = JSON.stringify(ending.error);
        if (ending.retryAt !== null && row.tries < row.max_attempts) {
          const isReady = ending.retryAt <= now;
          this.#statements.queueAgain.run(Number(isReady), ending.retryAt, error, 0, row.seq);
          return this.#moved(row, isReady ? "READY" : "DELAYED");
        }
        this.#statements.fail.run(now, now, error, row.seq);
        return this.#ended(row, "FAILED", now);
      }
      case "given_back": {
        if (!isCurrent) return superseded;
        const { readyAt = now, error = null } = ending.later ?? {};
        const why = error === null ? null : JSON.stringify(error);
        const isReady = readyAt <= now;
        this.#statements.queueAgain.run(Number(isReady), readyAt, why, 1, row.seq);
        return this.#moved(row, isReady ? "READY" : "DELAYED");
      }
    }
  }

  #ready(claim: Claim, now: number): readonly number[] {
    const { endpointId, limit, mostExecutionMs = Number.MAX_SAFE_INTEGER, keyRoom } = claim;
    if (!this.#notes.hasReady(endpointId, mostExecutionMs)) return [];
    if (keyRoom === undefined || keyRoom.size === 0) {
      const rows = this.#statements.ready.all(endpointId, now, mostExecutionMs, limit) as ReadyRow[];
      return rows.map(({ seq }) => seq);
    }
    // the first ones of each key, and of these the first ones: one key's long queue is not looked through for the others'
    const rows = this.#notes.queuedKeys(endpointId).flatMap((key) => {
      const most = Math.min(limit, keyRoom.get(key === "" ? null : key) ?? limit);
      if (most <= 0) return [];
      return this.#statements.readyOfKey.all(endpointId, key, now, mostExecutionMs, most) as ReadyRow[];
    });
    const inOrder = rows.toSorted((one, other) => other.priority - one.priority || one.seq - other.seq);
    return inOrder.slice(0, limit).map(({ seq }) => seq);
  }

  /** The job, when that attempt is the last and may go on: also when it was silent too long, and nobody has come since. */
  #held({ jobId, attempt }: Lease): JobRow | undefined {
    const row = this.#statements.find.get(jobId) as JobRow | undefined;
    if (row === undefined || hasJobEnded(row.status)) return undefined;
    return row.attempt === attempt && row.lease_until !== null ? row : undefined;
  }

  #storeResult(row: JobRow, { status, contentType, body }: JobResult, now: number): void {
    const set = (bytes: number, blob: string | null): unknown =>
      this.#statements.complete.run(now, now, body.kind, status, contentType, bytes, blob, row.seq);
    switch (body.kind) {
      case "bytes":
        this.#statements.addResult.run(row.seq, body.bytes);
        set(body.bytes.length, null);
        return;
      case "blob":
        set(body.bytes, body.name);
        return;
      case "events": {
        set(Math.max(row.streamed_bytes + 1, 2), null);
      }
    }
  }

  #ended(row: JobRow, as: Standing, now: number): Finished {
    const finished = this.#moved(row, as);
    this.#deliveries.owe(row, now);
    return finished;
  }

  #moved(row: JobRow, to: Standing): Finished {
    this.#notes.moved(row, standingOf(row), to);
    return { kind: "stored", status: statusOf(to) };
  }
}

const nothing = Buffer.alloc(0);

function isSame(row: JobRow, ending: JobEnding): boolean {
  const body = ending.kind === "completed" ? ending.result.body : undefined;
  return body?.kind === "blob" && row.result_blob === body.name;
}
