import { z } from "../schema.ts";

/** HttpOnly, SameSite=Strict; holds the session's id. */
export const sessionCookie = "berth_session";
/**
 * Carries the session's `csrfToken` with every request of the console, reads too: browsers send the cookie to every port
 * of a host, so the cookie alone opens nothing.
 */
export const csrfHeader = "x-berth-csrf";

/** A one-time code that opens the console once, soon. */
export const sessionCodeSchema = z.object({ code: z.string(), url: z.string(), expiresAt: z.number().int() });
export const createSessionSchema = z.strictObject({ code: z.string().min(4).max(64) });
/**
 * Who the browser is. `csrfToken` is told once, in the answer to the code: the page keeps it in its own origin's storage
 * (localStorage, which browsers separate by port) and sends it as `x-berth-csrf`. `GET` answers `null` there.
 */
export const sessionSchema = z.object({
  authenticated: z.boolean(),
  csrfToken: z.string().nullable(),
  expiresAt: z.number().int().nullable(),
  /** BERTH_DEBUG has taken authentication away. */
  open: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;
