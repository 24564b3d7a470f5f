import { BerthError, hasJobEnded, type Job } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobTerms, NewJob, QueueLimits, Retry, Submitted } from "../../job-store.ts";
import type { JobDeliveryTables } from "./deliver-jobs.ts";
import type { JobNotes, QueuedJob } from "./job-notes.ts";
import { jobOf, type JobRow } from "./job-row.ts";
import { standingOf } from "./job-standing.ts";
import { prepareAll } from "./statements.ts";

const texts = {
  find: "select * from jobs where id = ?",
  findSame: "select * from jobs where endpoint_id = ? and ifnull(key_id, '') = ? and idempotency_key = ?",
  insert: `insert into jobs (id, endpoint_id, key_id, status, ready, priority, path, input_type, input_bytes, created_at,
      available_at, expires_at, execution_timeout_ms, retention_ms, dead_letter_ms, max_attempts, attempt, tries,
      is_dead_letter, events, streamed_bytes, idempotency_key, idempotency_digest, webhook_url, own_json)
    values (?, ?, ?, 'QUEUED', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, ?, ?, ?) returning *`,
  insertCall: "insert into job_calls values (?, ?)",
  cancel: `update jobs set status = 'CANCELLED', ready = 0, finished_at = ?, purge_at = ? + retention_ms, lease_until = null,
      error_json = ? where seq = ? returning *`,
  retry: `update jobs set status = 'QUEUED', ready = 1, available_at = ?, expires_at = ?, execution_timeout_ms = ?,
      max_attempts = ?, own_json = ?, priority = min(priority, ?), tries = 0, lost = 0, started_at = null,
      run_until = null, finished_at = null, purge_at = null, lease_until = null, progress_json = null,
      error_json = null, is_dead_letter = 0 where seq = ? returning *`,
  queued: "select * from jobs where endpoint_id = ? and status = 'QUEUED' and seq <= ? limit ?",
};

function full(rule: "limit" | "limitPerKey" | "limitBytes", held: string, option: string): BerthError {
  return new BerthError(
    "rate_limited",
    `queue.${rule}: ${held}, or have it raised (berth endpoint update NAME ${option})`,
    { details: { rule: `queue.${rule}` } },
  );
}

const bytesOption = "--queue-limit-bytes";
const whenDone = "are queued for this endpoint already: try again when some are done";

/** The verbs of those whose jobs they are, each inside a transaction of the caller's. */
export class JobOrderTables {
  readonly #notes: JobNotes;
  readonly #deliveries: JobDeliveryTables;
  readonly #statements: Readonly<Record<keyof typeof texts, Database.Statement>>;

  constructor(database: Database.Database, notes: JobNotes, deliveries: JobDeliveryTables) {
    this.#notes = notes;
    this.#deliveries = deliveries;
    this.#statements = prepareAll(database, texts);
  }

  submit(job: NewJob, now: number): Submitted {
    const { idempotency, call, endpointId } = job;
    if (idempotency !== null) {
      const same = this.#statements.findSame.get(endpointId, job.keyId ?? "", idempotency.key) as
        | JobRow
        | undefined;
      if (same !== undefined && same.idempotency_digest !== idempotency.digest)
        throw new BerthError(
          "conflict",
          `job ${same.id} has the same idempotency key, and was another call: choose another key`,
          { param: "idempotency-key", details: { jobId: same.id } },
        );
      if (same !== undefined) return { kind: "repeated", job: jobOf(same) };
    }
    const bytes = call.body.length;
    this.#requireRoom({ endpointId, keyId: job.keyId, bytes }, bytes, job);
    const row = this.#statements.insert.get(
      job.id,
      endpointId,
      job.keyId,
      job.availableAt <= now ? 1 : 0,
      job.priority,
      call.path,
      call.contentType,
      call.body.length,
      now,
      job.availableAt,
      job.expiresAt,
      job.executionTimeoutMs,
      job.retentionMs,
      job.deadLetterMs,
      job.maxAttempts,
      idempotency?.key ?? null,
      idempotency?.digest ?? null,
      job.webhookUrl,
      textOf(job.own ?? {}),
    ) as JobRow;
    this.#statements.insertCall.run(row.seq, call.body);
    this.#notes.moved(row, undefined, standingOf(row));
    return { kind: "accepted", job: jobOf(row) };
  }

  cancel(id: string, now: number): Job {
    const row = this.#get(id);
    return hasJobEnded(row.status) ? jobOf(row) : jobOf(this.#end(row, now, "cancelled as asked"));
  }

  retry(id: string, { own: wished, terms: usual, most = {}, ...limits }: Retry, now: number): Job {
    const row = this.#get(id);
    switch (row.status) {
      case "QUEUED":
      case "RUNNING":
      case "COMPLETED":
        throw new BerthError(
          "conflict",
          `job ${id} is ${row.status}: only one that failed, timed out or was cancelled can be retried`,
        );
      case "FAILED":
      case "TIMED_OUT":
      case "CANCELLED": {
        const { endpoint_id: endpointId, key_id: keyId, input_bytes: bytes } = row;
        // its input is kept already
        this.#requireRoom({ endpointId, keyId, bytes }, 0, limits);
        this.#deliveries.requireRoom(row);
        const own = cutTo(most, { ...ownOf(row), ...wished });
        const { ttlMs, executionTimeoutMs, maxAttempts } = { ...usual, ...own };
        const next = this.#statements.retry.get(
          now,
          now + ttlMs,
          executionTimeoutMs,
          maxAttempts,
          textOf(own),
          most.priority ?? row.priority,
          row.seq,
        ) as JobRow;
        this.#notes.moved(next, row.status, "READY");
        return jobOf(next);
      }
    }
  }

  /** One step of a purge: of those queued, at most `limit` that are no later than `upTo`. */
  purgeSome(endpointId: string, upTo: number, limit: number, now: number): readonly string[] {
    const rows = this.#statements.queued.all(endpointId, upTo, limit) as JobRow[];
    for (const row of rows) this.#end(row, now, "the queue was purged");
    return rows.map(({ id }) => id);
  }

  #requireRoom(
    { endpointId, keyId, bytes }: QueuedJob,
    moreBytes: number,
    { queueLimit, keyLimit, bytesLimit, keyBytesLimit = Infinity }: QueueLimits,
  ): void {
    const queued = this.#notes.queued(endpointId, keyId);
    if (queued.jobs >= queueLimit) throw full("limit", `${queueLimit} jobs ${whenDone}`, "--queue-limit");
    if (queued.ofKey >= keyLimit)
      throw full("limitPerKey", `${keyLimit} jobs of this key ${whenDone}`, "--queue-limit-per-key");
    if (queued.bytes + bytes > bytesLimit)
      throw full("limitBytes", `inputs of ${queued.bytes} bytes of ${bytesLimit} ${whenDone}`, bytesOption);
    if (queued.keptOfKey + moreBytes > keyBytesLimit) {
      const held = `inputs of this key's jobs have ${queued.keptOfKey} bytes of ${keyBytesLimit}, those that failed, timed out or were cancelled included, and this one has ${moreBytes}`;
      throw full("limitBytes", `${held}: try again when some are completed or forgotten`, bytesOption);
    }
  }

  #end(row: JobRow, now: number, message: string): JobRow {
    const error = JSON.stringify({ code: "cancelled", message, details: null });
    const next = this.#statements.cancel.get(now, now, error, row.seq) as JobRow;
    this.#notes.moved(row, standingOf(row), "CANCELLED");
    this.#deliveries.owe(row, now);
    return next;
  }

  #get(id: string): JobRow {
    const row = this.#statements.find.get(id) as JobRow | undefined;
    if (row === undefined) throw new BerthError("not_found", `there is no job ${id}`, { param: "id" });
    return row;
  }
}

function ownOf({ own_json }: Pick<JobRow, "own_json">): Partial<JobTerms> {
  return own_json === null ? {} : (JSON.parse(own_json) as Partial<JobTerms>);
}

/** None of them more than that. */
function cutTo(most: Partial<JobTerms>, own: Partial<JobTerms>): Partial<JobTerms> {
  const names = Object.keys(own) as (keyof JobTerms)[];
  return Object.fromEntries(
    names.map((name) => [name, Math.min(own[name] ?? Infinity, most[name] ?? Infinity)]),
  );
}

function textOf(own: Partial<JobTerms>): string | null {
  return Object.keys(own).length === 0 ? null : JSON.stringify(own);
}
