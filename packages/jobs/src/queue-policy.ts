/** How an endpoint's jobs are kept and tried. */
export interface QueuePolicy {
  /** How long after its submission a job is TIMED_OUT, wherever it is. */
  readonly ttlMs: number;
  /** How long one attempt may take. */
  readonly executionTimeoutMs: number;
  /** Attempts, those that were lost by silence included. */
  readonly maxAttempts: number;
  /** Whether a handler's own failure is tried again, too. */
  readonly retriesFailures: boolean;
  readonly retentionMs: number;
  readonly deadLetterMs: number;
  readonly queueLimit: number;
  /** How long a worker may be silent. */
  readonly leaseMs: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const defaultQueuePolicy: QueuePolicy = {
  ttlMs: dayMs,
  executionTimeoutMs: 10 * minuteMs,
  maxAttempts: 3,
  retriesFailures: false,
  retentionMs: dayMs,
  deadLetterMs: 14 * dayMs,
  queueLimit: 1_000_000,
  leaseMs: 30_000,
};
