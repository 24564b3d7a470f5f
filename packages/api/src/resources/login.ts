import { z } from "../schema.ts";

/** A question that a host asks of whoever logs in, in its own words. */
export const loginPromptSchema = z.object({
  id: z.string(),
  kind: z.enum([
    /** A password, a passphrase, a code: not to be shown while it is typed. */
    "secret",
    /** A choice, such as Duo's list of ways. */
    "text",
    /** Whether an unknown host key is right: `yes`, `no`, or the fingerprint itself. */
    "host-key",
    /** Nothing to answer: a key on the desk wants to be touched. */
    "notice",
  ]),
  text: z.string(),
  /** Whether what is typed must not be shown. */
  secret: z.boolean(),
});
export type LoginPrompt = z.infer<typeof loginPromptSchema>;

/** One attempt to log in to a profile's cluster. Answers are kept nowhere. */
export const loginSchema = z.object({
  profile: z.string(),
  status: z.enum(["connecting", "prompting", "connected", "failed", "cancelled"]),
  /** What is asked at the moment; there while `status` is `prompting`. */
  prompt: loginPromptSchema.nullable(),
  /** Why it failed: ssh's words. */
  reason: z.string().nullable(),
  /** Grows with each change. */
  version: z.number().int(),
});
export type Login = z.infer<typeof loginSchema>;

export const answerLoginSchema = z.strictObject({
  /** Of the question that is answered; an answer to another one is refused. */
  promptId: z.string().max(64),
  answer: z
    .string()
    .max(4096)
    // oxlint-disable-next-line no-control-regex
    .regex(/^[^\u0000\n\r]*$/, "answer: give one line"),
});
