import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@berth/std/clock";
import type { SessionRow, SessionStore } from "@berth/store";
import { SessionCodes } from "./session-codes.ts";

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly clock: Pick<Clock, "now">;
}

/** A browser that is logged in. */
export interface OpenSession {
  readonly csrfToken: string;
  readonly expiresAt: number;
}

const dayMs = 24 * 3_600_000;
const idleMs = 7 * dayMs;
const longestMs = 90 * dayMs;
/** Not every request writes: an extension this small can wait. */
const extendAfterMs = 3_600_000;
const maxCached = 1000;

/** The console's log-ins: entered by a one-time code, kept by a cookie, ended by a week without use or by leaving. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #clock: Pick<Clock, "now">;
  readonly #codes: SessionCodes;
  readonly #cache = new Map<string, SessionRow>();
  /** Sessions that were left, so that nothing read before brings one back. */
  readonly #left = new Set<string>();

  constructor({ store, clock }: SessionsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#codes = new SessionCodes(clock);
  }

  mintCode(): { readonly code: string; readonly expiresAt: number } {
    return this.#codes.mint();
  }

  /** Opens a session. Throws `invalid_api_key` for a wrong, used or expired code, `rate_limited` after too many. */
  async enter(code: string): Promise<OpenSession & { readonly sessionId: string }> {
    this.#codes.spend(code);
    const now = this.#clock.now();
    const sessionId = randomBytes(32).toString("base64url");
    const row: SessionRow = {
      idHash: hash(sessionId),
      csrfToken: randomBytes(32).toString("base64url"),
      createdAt: now,
      expiresAt: now + idleMs,
    };
    await this.#store.deleteExpiredSessions(now);
    await this.#store.insertSession(row);
    this.#remember(row);
    return { sessionId, csrfToken: row.csrfToken, expiresAt: row.expiresAt };
  }

  /** The session that the id opens; `undefined` when there is none (any more). Its use keeps it alive. */
  async verify(sessionId: string): Promise<OpenSession | undefined> {
    const idHash = hash(sessionId);
    const row = await this.#read(idHash);
    if (row === undefined || this.#left.has(idHash)) return undefined;
    const expiresAt = Math.min(this.#clock.now() + idleMs, row.createdAt + longestMs);
    if (expiresAt - row.expiresAt < extendAfterMs)
      return { csrfToken: row.csrfToken, expiresAt: row.expiresAt };
    this.#remember({ ...row, expiresAt });
    await this.#store.extendSession(idHash, expiresAt);
    return { csrfToken: row.csrfToken, expiresAt };
  }

  /** From the moment it is called the id opens nothing. An unknown one is left already. */
  async leave(sessionId: string): Promise<void> {
    const idHash = hash(sessionId);
    if (this.#left.size >= maxCached) this.#left.clear();
    this.#left.add(idHash);
    this.#cache.delete(idHash);
    await this.#store.deleteSession(idHash);
  }

  async #read(idHash: string): Promise<SessionRow | undefined> {
    const now = this.#clock.now();
    const cached = this.#cache.get(idHash);
    if (cached !== undefined) return cached.expiresAt > now ? cached : undefined;
    const row = await this.#store.getSession(idHash, now);
    if (row !== undefined) this.#remember(row);
    return row;
  }

  #remember(row: SessionRow): void {
    if (this.#left.has(row.idHash)) return;
    if (this.#cache.size >= maxCached) this.#cache.clear();
    this.#cache.set(row.idHash, row);
  }
}

/** The id has 256 random bits; whoever reads the database still cannot enter. */
function hash(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("hex");
}
