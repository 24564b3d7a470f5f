import { type Job, type JobError, type JobProgress, type JobStatus, jobTimes } from "@berth/api";

/** A row of `jobs`, as SQLite gives it. */
export interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly endpoint_id: string;
  readonly key_id: string | null;
  readonly status: JobStatus;
  readonly ready: number;
  readonly priority: number;
  readonly path: string;
  readonly input_type: string;
  readonly input_bytes: number;
  readonly created_at: number;
  readonly available_at: number;
  readonly expires_at: number;
  readonly started_at: number | null;
  readonly run_until: number | null;
  readonly finished_at: number | null;
  readonly purge_at: number | null;
  readonly execution_timeout_ms: number;
  readonly retention_ms: number;
  readonly dead_letter_ms: number;
  readonly max_attempts: number;
  readonly attempt: number;
  readonly tries: number;
  /** Leases that ended with their worker and were made good. */
  readonly lost: number;
  readonly lease_ms: number | null;
  readonly lease_until: number | null;
  readonly worker_id: string | null;
  readonly progress_json: string | null;
  readonly error_json: string | null;
  readonly is_dead_letter: number;
  readonly result_kind: "bytes" | "blob" | "events" | null;
  readonly result_status: number | null;
  readonly result_type: string | null;
  readonly result_bytes: number | null;
  readonly result_blob: string | null;
  readonly events: number;
  /** Those of attempts before, with the mark that they are void. */
  readonly events_before: number;
  /** Of the last attempt, each with a comma. */
  readonly streamed_bytes: number;
  readonly idempotency_key: string | null;
  readonly idempotency_digest: string | null;
  readonly webhook_url: string | null;
  /** Null: it says none. */
  readonly own_json: string | null;
}

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    sequence: row.seq,
    status: row.status,
    priority: row.priority,
    path: row.path,
    inputBytes: row.input_bytes,
    createdAt: row.created_at,
    availableAt: row.available_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    ...jobTimes({ createdAt: row.created_at, startedAt: row.started_at, finishedAt: row.finished_at }),
    expiresAt: row.expires_at,
    attempts: row.tries,
    maxAttempts: row.max_attempts,
    progress: row.progress_json === null ? null : (JSON.parse(row.progress_json) as JobProgress),
    error: row.error_json === null ? null : (JSON.parse(row.error_json) as JobError),
    isDeadLetter: row.is_dead_letter === 1,
    result:
      row.result_status === null || row.result_type === null
        ? null
        : { status: row.result_status, contentType: row.result_type, bytes: row.result_bytes ?? 0 },
    keyId: row.key_id,
    idempotencyKey: row.idempotency_key,
    workerId: row.worker_id,
    webhookUrl: row.webhook_url,
  };
}
