import { z } from "../schema.ts";

export const scopeSchema = z.enum(["admin", "inference", "worker"]);
export type Scope = z.infer<typeof scopeSchema>;

const positive = z.number().positive();

/** What a key may use of a day or a month (UTC). A hard stop: nothing is begun that could go over. */
export const budgetSchema = z.strictObject({
  period: z.enum(["day", "month"]),
  unit: z.enum(["usd", "tokens", "gpu-seconds"]),
  amount: positive,
});
export type Budget = z.infer<typeof budgetSchema>;

/** Bounds of one key. What is absent is not bounded. */
export const keyLimitsSchema = z.strictObject({
  requestsPerMinute: z.number().int().positive().optional(),
  /** Input and output together. */
  tokensPerMinute: z.number().int().positive().optional(),
  /** Requests under way at once. */
  parallel: z.number().int().positive().optional(),
  budgets: z.array(budgetSchema).max(6).optional(),
});
export type KeyLimits = z.infer<typeof keyLimitsSchema>;

/** How much of a budget is gone: `reserved` for requests under way. */
export const budgetStateSchema = budgetSchema.extend({
  spent: z.number(),
  reserved: z.number(),
  resetsAt: z.number().int(),
});
export type BudgetState = z.infer<typeof budgetStateSchema>;

/** An API key as it can be shown: never the key itself, only its first characters. */
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  /** Model names it may call; `null` means any. */
  models: z.array(z.string()).nullable(),
  status: z.enum(["active", "expired"]),
  limits: keyLimitsSchema,
  budgets: z.array(budgetStateSchema),
  tags: z.array(z.string()),
  owner: z.string().nullable(),
  /** Whether its requests and answers are kept for the request log. */
  logBodies: z.boolean(),
  createdAt: z.number().int(),
  expiresAt: z.number().int().nullable(),
  lastUsedAt: z.number().int().nullable(),
});
export type Key = z.infer<typeof keySchema>;

const tag = z.string().regex(/^[\w.:/-]{1,64}$/, "use 1 to 64 letters, digits and . _ : / -");

export const createKeySchema = z.strictObject({
  name: z.string().min(1).max(128),
  scopes: z.array(scopeSchema).min(1).default(["inference"]),
  models: z.array(z.string().min(1)).min(1).optional(),
  expiresInSeconds: z.number().int().positive().optional(),
  limits: keyLimitsSchema.optional(),
  tags: z.array(tag).max(32).optional(),
  owner: z.string().min(1).max(128).optional(),
  logBodies: z.boolean().optional(),
});

/** What is left out stays; `null` takes away. Limits are replaced whole. */
export const updateKeySchema = z.strictObject({
  name: z.string().min(1).max(128).optional(),
  models: z.array(z.string().min(1)).min(1).nullish(),
  expiresInSeconds: z.number().int().positive().nullish(),
  limits: keyLimitsSchema.optional(),
  tags: z.array(tag).max(32).optional(),
  owner: z.string().min(1).max(128).nullish(),
  logBodies: z.boolean().optional(),
});

/** The only time the key itself is seen. */
export const createdKeySchema = keySchema.extend({ key: z.string() });
