import type { WorkerClock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { Answer } from "./worker-server.ts";

export interface Persistence {
  readonly clock: WorkerClock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Aborts when the worker may wait no longer. */
  readonly giveUp: AbortSignal;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** How long to leave a server alone that was away so many times in a row: longer each time, and not all at once. */
export function pauseAfter(failures: number, random: number, retryAfterMs: number | undefined): number {
  const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, failures - 1));
  return Math.max(retryAfterMs ?? 0, bound / 2 + (bound / 2) * random);
}

/** Calls until the server has answered. `undefined`: it never did, and time was up. */
export async function insist<T>(
  what: string,
  call: () => Promise<Answer<T>>,
  { clock, logger, random, giveUp }: Persistence,
): Promise<Exclude<Answer<T>, { kind: "away" }> | undefined> {
  for (let failures = 1; ; failures += 1) {
    const answer = await call();
    if (answer.kind !== "away") return answer;
    if (giveUp.aborted) {
      logger.error(`${what} could not be told: ${answer.reason}`);
      return undefined;
    }
    logger.warn(`${what} is told again: ${answer.reason}`);
    await clock.pause(pauseAfter(failures, random(), answer.retryAfterMs), giveUp);
  }
}
