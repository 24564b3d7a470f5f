import { z } from "../schema.ts";
import { nameSchema } from "./profile.ts";

/** A value that is kept for engines and never shown again. */
export const secretSchema = z.object({
  name: z.string(),
  owner: z.string(),
  /** What it opens, as `huggingface`; null: anything. */
  provider: z.string().nullable(),
  /** Full names of endpoints that use it. */
  usedBy: z.array(z.string()),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type Secret = z.infer<typeof secretSchema>;

export const putSecretSchema = z.strictObject({
  value: z.string().min(1).max(65_536),
  provider: nameSchema.optional(),
});
export type PutSecret = z.infer<typeof putSecretSchema>;
