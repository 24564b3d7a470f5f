import { z } from "../schema.ts";

export const scopeSchema = z.enum(["admin", "inference"]);
export type Scope = z.infer<typeof scopeSchema>;

/** An API key as it can be shown: never the key itself, only its first characters. */
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  /** Model names it may call; `null` means any. */
  models: z.array(z.string()).nullable(),
  status: z.enum(["active", "expired"]),
  createdAt: z.number().int(),
  expiresAt: z.number().int().nullable(),
  lastUsedAt: z.number().int().nullable(),
});
export type Key = z.infer<typeof keySchema>;

export const createKeySchema = z.strictObject({
  name: z.string().min(1).max(128),
  scopes: z.array(scopeSchema).min(1).default(["inference"]),
  models: z.array(z.string().min(1)).min(1).optional(),
  expiresInSeconds: z.number().int().positive().optional(),
});

/** The only time the key itself is seen. */
export const createdKeySchema = keySchema.extend({ key: z.string() });
