import { z } from "../schema.ts";

/** HttpOnly, SameSite=Strict; holds the session's id. */
export const sessionCookie = "berth_session";
/** Carries the session's `csrfToken` with everything that changes something. */
export const csrfHeader = "x-berth-csrf";

/** A one-time code that opens the console once, soon. */
export const sessionCodeSchema = z.object({ code: z.string(), url: z.string(), expiresAt: z.number().int() });
export const createSessionSchema = z.strictObject({ code: z.string().min(4).max(64) });
/** Who the browser is, and the token it must send back as `x-berth-csrf` with everything that changes something. */
export const sessionSchema = z.object({
  authenticated: z.boolean(),
  csrfToken: z.string().nullable(),
  expiresAt: z.number().int().nullable(),
  /** BERTH_DEBUG has taken authentication away. */
  open: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;
