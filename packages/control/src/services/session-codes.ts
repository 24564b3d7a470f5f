import { createHash, randomInt } from "node:crypto";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";

/** 32 signs without the look-alikes 0 O 1 I: 5 bits each. */
const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const groups = 3;
const groupLength = 4;
const lifeMs = 10 * 60_000;
const maxOpenCodes = 50;
const maxFailures = 20;
const failureWindowMs = 60_000;

/**
 * One-time codes that open the console: 60 random bits, good once, for ten minutes, in this process only. All callers
 * together may be wrong 20 times a minute, and are only put off then: nobody locks the owner of a right code out by
 * sending wrong ones, and what is left to guessing is 60 bits.
 */
export class SessionCodes {
  readonly #clock: Pick<Clock, "now">;
  /** SHA-256 of each code -> when it expires. */
  readonly #open = new Map<string, number>();
  #failures: number[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  mint(): { readonly code: string; readonly expiresAt: number } {
    const group = (): string =>
      Array.from({ length: groupLength }, () => signs.charAt(randomInt(signs.length))).join("");
    const code = Array.from({ length: groups }, group).join("-");
    const expiresAt = this.#clock.now() + lifeMs;
    this.#open.set(digest(code), expiresAt);
    const oldest = this.#open.keys().next();
    if (this.#open.size > maxOpenCodes && oldest.done !== true) this.#open.delete(oldest.value);
    return { code, expiresAt };
  }

  /** Uses the code up, however it is spaced or cased. Throws `invalid_api_key`, or `rate_limited` after too many. */
  spend(code: string): void {
    const now = this.#clock.now();
    const key = digest(code);
    const expiresAt = this.#open.get(key);
    this.#open.delete(key);
    if (expiresAt !== undefined && expiresAt > now) return;
    this.#failures = this.#failures.filter((at) => at > now - failureWindowMs);
    const [oldest] = this.#failures;
    if (oldest !== undefined && this.#failures.length >= maxFailures) {
      const retryAfterSeconds = Math.ceil((oldest + failureWindowMs - now) / 1000);
      throw new BerthError("rate_limited", `too many wrong codes: try again in ${retryAfterSeconds} s`, {
        param: "code",
        details: { retryAfterSeconds },
      });
    }
    this.#failures.push(now);
    throw new BerthError(
      "invalid_api_key",
      "this code is wrong, used or expired: `berth open` makes a new one",
      { param: "code" },
    );
  }
}

function digest(code: string): string {
  const plain = code.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return createHash("sha256").update(plain).digest("hex");
}
