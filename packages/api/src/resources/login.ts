import { z } from "../schema.ts";

/** What ssh asks of a person, word for word. */
export const loginPromptSchema = z.object({
  id: z.string(),
  text: z.string(),
  /** What is typed must not be shown. */
  secret: z.boolean(),
  kind: z.enum(["password", "code", "host_key", "other"]),
});
export type LoginPrompt = z.infer<typeof loginPromptSchema>;

/** A log-in under way, or how the last one ended. */
export const loginSchema = z.object({
  status: z.enum(["connecting", "prompting", "connected", "failed", "cancelled"]),
  prompt: loginPromptSchema.nullable(),
  reason: z.string().nullable(),
});
export type Login = z.infer<typeof loginSchema>;
