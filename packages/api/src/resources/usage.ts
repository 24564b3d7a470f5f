import { z } from "../schema.ts";

/** One request as the ledger has it. Times are milliseconds; money is US dollars. */
export const requestRecordSchema = z.object({
  /** Its `x-request-id`; where an earlier request has the same, with `~` and a number behind it: no two are alike. */
  id: z.string(),
  startedAt: z.number().int(),
  keyId: z.string(),
  /** What the caller named. */
  model: z.string(),
  /** The configured route that was taken, if any. */
  route: z.string().nullable(),
  operation: z.string(),
  /** Who answered: a service's id, or a provider's name. */
  serviceId: z.string().nullable(),
  provider: z.string().nullable(),
  /** What the upstream calls the model. */
  upstreamModel: z.string().nullable(),
  status: z.number().int(),
  outcome: z.enum(["ok", "client_closed", "error"]),
  errorCode: z.string().nullable(),
  stream: z.boolean(),
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  cachedTokens: z.number().int().nullable(),
  reasoningTokens: z.number().int().nullable(),
  /** Whether the upstream counted the tokens, or we estimated them. */
  tokensFrom: z.enum(["upstream", "estimate", "none"]),
  firstTokenMs: z.number().nullable(),
  durationMs: z.number(),
  heldMs: z.number(),
  overheadMs: z.number(),
  tries: z.number().int(),
  costUsd: z.number().nullable(),
  gpuSeconds: z.number().nullable(),
  cached: z.boolean(),
  hasBodies: z.boolean(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;

/** A request with what was said, where the key or the route has it kept. */
export const requestDetailsSchema = requestRecordSchema.extend({
  request: z.string().nullable(),
  response: z.string().nullable(),
});
export type RequestDetails = z.infer<typeof requestDetailsSchema>;

export const usageGroupSchema = z.enum(["model", "key", "provider", "route", "day", "hour"]);
export type UsageGroup = z.infer<typeof usageGroupSchema>;

/** Requests of one model, key, day ... put together. */
export const usageRowSchema = z.object({
  /**
   * The model's, key's, provider's or route's name, empty where there is none; for days and hours their start,
   * milliseconds since 1970 UTC. Models that do not exist are added up as one without a name, those that a route's pattern
   * or the default route took under that route's.
   */
  group: z.union([z.string(), z.number()]),
  requests: z.number().int(),
  errors: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  cachedTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  costUsd: z.number(),
  gpuSeconds: z.number(),
  firstTokenP50Ms: z.number().nullable(),
  firstTokenP99Ms: z.number().nullable(),
  durationP50Ms: z.number().nullable(),
  durationP99Ms: z.number().nullable(),
});
export type UsageRow = z.infer<typeof usageRowSchema>;
