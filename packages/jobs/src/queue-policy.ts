import type { QueueRules } from "@berth/api";
import type { JobTerms, QueueLimits } from "@berth/store";
import { isOwners, type QueueCaller, type QueueEndpoint } from "./queue-endpoint.ts";

/** How an endpoint's jobs are kept and tried. */
export interface QueuePolicy extends JobTerms, QueueLimits {
  /** Whether a handler's own failure is tried again, too. */
  readonly retriesFailures: boolean;
  readonly retentionMs: number;
  readonly deadLetterMs: number;
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
  keyLimit: 100_000,
  bytesLimit: 10 * 1024 ** 3,
  leaseMs: 30_000,
};

/** What a caller may say of one job in place of the endpoint's rules. */
export interface OwnRules {
  readonly ttlSeconds?: number | undefined;
  readonly executionTimeoutSeconds?: number | undefined;
  readonly maxAttempts?: number | undefined;
}

/** An endpoint's rules, and what a job says otherwise, in the queue's units. */
export function queuePolicyOf(rules: QueueRules, own: OwnRules = {}): QueuePolicy {
  return {
    ttlMs: (own.ttlSeconds ?? rules.ttlSeconds) * 1000,
    executionTimeoutMs: (own.executionTimeoutSeconds ?? rules.executionTimeoutSeconds) * 1000,
    maxAttempts: own.maxAttempts ?? rules.maxAttempts,
    retriesFailures: rules.retriesFailures,
    retentionMs: rules.retentionSeconds * 1000,
    deadLetterMs: rules.deadLetterSeconds * 1000,
    queueLimit: rules.limit,
    keyLimit: rules.limitPerKey,
    bytesLimit: rules.limitBytes,
    leaseMs: rules.leaseSeconds * 1000,
  };
}

/** Of the bytes that an endpoint's queue may hold: what others than its owner leave free, and what one key of theirs may have. */
const ownersPart = 1 / 10;
const keysPart = 1 / 4;

/** The same for what that caller submits: the owner's keys may fill the queue, and nobody else's can for them. */
export function submitPolicyOf(endpoint: QueueEndpoint, caller: QueueCaller, own?: OwnRules): QueuePolicy {
  const policy = queuePolicyOf(endpoint.rules, own);
  const { queueLimit, bytesLimit } = policy;
  if (isOwners(endpoint, caller)) return { ...policy, keyLimit: queueLimit };
  return {
    ...policy,
    bytesLimit: Math.floor(bytesLimit * (1 - ownersPart)),
    keyBytesLimit: Math.floor(bytesLimit * keysPart),
  };
}

/** What a job says itself, in the queue's units. */
export function ownTermsOf({
  ttlSeconds,
  executionTimeoutSeconds,
  maxAttempts,
}: OwnRules): Partial<JobTerms> {
  return {
    ...(ttlSeconds === undefined ? {} : { ttlMs: ttlSeconds * 1000 }),
    ...(executionTimeoutSeconds === undefined ? {} : { executionTimeoutMs: executionTimeoutSeconds * 1000 }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  };
}
