import { z } from "../schema.ts";
import { jobErrorSchema, jobProgressSchema, jobSchema, jobStatuses } from "./job.ts";

/** A call to be queued. */
export const submitJobSchema = z.strictObject({
  /** What the handler gets, or the body of the call: any JSON. */
  input: z.unknown(),
  /** Of the endpoint, as it would be called; `/predict` when absent. */
  path: z
    .string()
    .max(1024)
    .regex(/^\/[^\s#]*$/, "path: start it with /, without spaces")
    .optional(),
  /** Where the end of the job is told (POST, signed). */
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  /** Higher ones are claimed first. */
  priority: z.number().int().min(-1000).max(1000).optional(),
  /** Not begun before. */
  delaySeconds: z.number().min(0).max(2_592_000).optional(),
  /** In place of the endpoint's own rules. */
  ttlSeconds: z.number().int().min(1).max(2_592_000).optional(),
  executionTimeoutSeconds: z.number().int().min(1).max(604_800).optional(),
  maxAttempts: z.number().int().min(1).max(100).optional(),
  /** The same key with the same call is the same job, however often it is sent. `Idempotency-Key` says the same. */
  idempotencyKey: z.string().min(1).max(256).optional(),
});
export type SubmitJob = z.infer<typeof submitJobSchema>;

/** What a job is tried again by: else what it said itself, else its endpoint's rules of today. */
export const retryJobSchema = submitJobSchema.pick({
  ttlSeconds: true,
  executionTimeoutSeconds: true,
  maxAttempts: true,
});

export const jobPageSchema = z.object({
  data: z.array(jobSchema),
  /** To be sent as `cursor` for the next page; null: that was all. */
  next: z.string().nullable(),
});

/** What `GET .../stream` tells: what the job yields, that it began anew (what came before is void), and how it ended. */
export const jobStreamEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("value"), value: z.unknown() }),
  z.object({ type: z.literal("restart") }),
  z.object({
    type: z.literal("progress"),
    progress: jobProgressSchema.nullable(),
    status: jobSchema.shape.status,
  }),
  z.object({ type: z.literal("end"), job: jobSchema }),
]);
export type JobStreamEvent = z.infer<typeof jobStreamEventSchema>;

/** Who works on an endpoint's jobs. */
export const workerSchema = z.object({
  /** Null for whoever is neither admin nor the endpoint's owner, as `about`: it may name a machine. */
  id: z.string().nullable(),
  /** `dispatcher`: the server itself, which calls the endpoint's replicas. */
  kind: z.enum(["worker", "dispatcher"]),
  status: z.enum(["idle", "running", "silent"]),
  jobs: z.number().int(),
  seenAt: z.number().int(),
  /** What it says of itself: `node 24.1`, a host's name. */
  about: z.string().nullable(),
});
export type Worker = z.infer<typeof workerSchema>;

export const endpointHealthSchema = z.object({
  jobs: z.record(z.enum(jobStatuses), z.number().int()),
  deadLetters: z.number().int(),
  /** How long the one that waits longest has waited. */
  oldestWaitMs: z.number().int().nullable(),
  workers: z.array(workerSchema),
});
export type EndpointHealth = z.infer<typeof endpointHealthSchema>;

/** One try of a delivery. */
export const deliveryAttemptSchema = z.object({
  /** 1, 2, 3 ...; one that the server did not live to see the end of is left out. */
  number: z.number().int(),
  at: z.number().int(),
  durationMs: z.number().int(),
  responseStatus: z.number().int().nullable(),
  /** The beginning of what was answered, at most 1 KiB. */
  response: z.string().nullable(),
  /** Why it failed; null: it did not. */
  error: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttemptSchema>;

/** Telling an end of a job to its webhook. */
export const deliverySchema = z.object({
  /** `webhook-id`, the same in each try. */
  id: z.string(),
  jobId: z.string(),
  url: z.string(),
  status: z.enum(["pending", "delivered", "failed"]),
  /** 1, 2, 3 ... */
  attempts: z.number().int(),
  lastAttemptAt: z.number().int().nullable(),
  /** null: none is to come, one is under way, or an earlier end of the job is told first. */
  nextAttemptAt: z.number().int().nullable(),
  /** What the last try was answered with. */
  responseStatus: z.number().int().nullable(),
  /** Why the last try failed; null: it did not. */
  error: z.string().nullable(),
  /** The last tries, the first of them first. */
  log: z.array(deliveryAttemptSchema),
  createdAt: z.number().int(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** Whoever has it can check what an endpoint's webhooks are told, and can tell them the like. */
export const webhookSecretSchema = z.object({
  /** `whsec_` and base64, as https://www.standardwebhooks.com wants it. */
  secret: z.string(),
});

/** What workers send. */
const lease = z.string().min(1).max(512);

export const takeJobsSchema = z.strictObject({
  /** The same in all that the worker says. */
  workerId: z
    .string()
    .regex(/^[\w.:@/-]{1,128}$/, "use 1 to 128 letters, digits and . _ : @ / -")
    .regex(/^(?!dispatcher$)/, "dispatcher is the server itself: choose another name"),
  limit: z.number().int().min(1).max(100).default(1),
  /** How long to wait for a job where there is none. */
  waitSeconds: z.number().min(0).max(60).default(25),
  /** How long it can still work: it gets no job that may take longer. */
  secondsLeft: z.number().min(0).optional(),
  about: z.string().max(256).optional(),
});
export type TakeJobs = z.infer<typeof takeJobsSchema>;

export const takenJobSchema = z.object({
  id: z.string(),
  /** To be shown with everything that is said of the job. */
  lease: z.string(),
  attempt: z.number().int(),
  path: z.string(),
  contentType: z.string(),
  /** Base64. */
  body: z.string(),
  createdAt: z.number().int(),
  /** How long this attempt may take, and how often it must be renewed at least; not moments: clocks differ. */
  executionTimeoutMs: z.number().int(),
  leaseMs: z.number().int(),
});
export type TakenJobBody = z.infer<typeof takenJobSchema>;

export const renewLeasesSchema = z.strictObject({
  workerId: takeJobsSchema.shape.workerId,
  leases: z.array(z.strictObject({ lease, progress: jobProgressSchema.optional() })).max(1000),
});

export const heldSchema = z.enum(["held", "over"]);

export const appendValuesSchema = z.strictObject({
  lease,
  /** The number of the first of these values within the attempt, from 1: what is there already is passed over. */
  first: z.number().int().min(1),
  values: z.array(z.unknown()).min(1).max(1000),
});

/** Exactly one of `json`, `base64` and `streamed` says what the result is. */
export const completeJobSchema = z.strictObject({
  lease,
  status: z.number().int().min(100).max(599).default(200),
  contentType: z
    .string()
    .max(256)
    .regex(/^[\x21-\x7e][\x20-\x7e]*$/, "use visible ASCII characters")
    .optional(),
  json: z.unknown().optional(),
  base64: z.base64().optional(),
  /** Everything that was appended, as one JSON array. */
  streamed: z.literal(true).optional(),
});

export const failJobSchema = z.strictObject({ lease, error: jobErrorSchema });
export const returnJobSchema = z.strictObject({ lease });
export const finishedSchema = z.object({
  kind: z.enum(["stored", "superseded"]),
  status: jobSchema.shape.status,
});
