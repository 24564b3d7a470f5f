import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until there is an answer; throws at the deadline, naming what it waited for. An error of the question itself is
 * passed on at once.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs / 1000} s for ${what}`);
    await sleep(50);
  }
}
