import { z } from "../schema.ts";

export const jobStatuses = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"] as const;
export const jobStatusSchema = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** How far a handler says it is. */
export const jobProgressSchema = z.object({
  done: z.number().int().nonnegative(),
  /** `null`: the handler does not know. */
  total: z.number().int().positive().nullable(),
  message: z.string().nullable(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

/** Why a job has no result. */
export const jobErrorSchema = z.object({
  /** `handler_failed`, `worker_lost`, `expired`, `execution_timeout`, `cancelled` ..., or a handler's own. */
  code: z.string(),
  message: z.string(),
  /** A traceback, or what else the handler says of it. */
  details: z.string().nullable(),
});
export type JobError = z.infer<typeof jobErrorSchema>;

/** One queued call to an endpoint. Times are milliseconds since 1970 UTC. */
export const jobSchema = z.object({
  id: z.string(),
  endpointId: z.string(),
  /** Later jobs have higher ones. */
  sequence: z.number().int(),
  status: jobStatusSchema,
  /** Higher ones are claimed first. */
  priority: z.number().int(),
  /** Of the endpoint, as it would be called: `/predict`, `/v1/chat/completions`. */
  path: z.string(),
  inputBytes: z.number().int(),
  createdAt: z.number().int(),
  /** Not claimed before. */
  availableAt: z.number().int(),
  /** Of the last attempt. */
  startedAt: z.number().int().nullable(),
  finishedAt: z.number().int().nullable(),
  /** From its submission until its last attempt began; null: none has. */
  delayMs: z.number().int().nullable(),
  /** How long its last attempt took; null: it has not ended, or there was none. */
  executionMs: z.number().int().nullable(),
  /** When it is TIMED_OUT if it has not ended. */
  expiresAt: z.number().int(),
  attempts: z.number().int(),
  maxAttempts: z.number().int(),
  progress: jobProgressSchema.nullable(),
  error: jobErrorSchema.nullable(),
  /** All attempts failed: it is kept until somebody has looked at it. */
  isDeadLetter: z.boolean(),
  result: z.object({ status: z.number().int(), contentType: z.string(), bytes: z.number().int() }).nullable(),
  keyId: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  /** Who has it, or had it last. */
  workerId: z.string().nullable(),
  webhookUrl: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;
