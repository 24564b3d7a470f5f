import type { Delivery, DeliveryAttempt } from "@berth/api";

/** A row of `deliveries`, as SQLite gives it. */
export interface DeliveryRow {
  readonly number: number;
  readonly id: string;
  readonly job_seq: number;
  readonly url: string;
  readonly host: string;
  /** `''`: none. */
  readonly key_id: string;
  readonly job_json: string;
  readonly status: Delivery["status"];
  readonly due_at: number | null;
  readonly is_claimed: number;
  readonly attempt: number;
  readonly since: number;
  readonly tries: number;
  readonly created_at: number;
}

/** A row of `delivery_attempts`. */
export interface DeliveryAttemptRow {
  readonly number: number;
  readonly at: number;
  readonly duration_ms: number;
  readonly response_status: number | null;
  readonly response: string | null;
  readonly error: string | null;
}

export function deliveryOf(
  row: DeliveryRow,
  jobId: string,
  attempts: readonly DeliveryAttemptRow[],
): Delivery {
  const last = attempts.at(-1);
  return {
    id: row.id,
    jobId,
    url: row.url,
    status: row.status,
    attempts: row.attempt,
    lastAttemptAt: last?.at ?? null,
    nextAttemptAt: row.is_claimed === 1 ? null : row.due_at,
    responseStatus: last?.response_status ?? null,
    error: last?.error ?? null,
    log: attempts.map(attemptOf),
    createdAt: row.created_at,
  };
}

function attemptOf(row: DeliveryAttemptRow): DeliveryAttempt {
  const { number, at, duration_ms: durationMs, response_status: responseStatus, response, error } = row;
  return { number, at, durationMs, responseStatus, response, error };
}
