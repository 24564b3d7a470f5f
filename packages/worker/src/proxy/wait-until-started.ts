import type { WorkerClock } from "../clock.ts";

const pauseMs = 500;

/** Asks until it says true; what it throws is a no. Resolves to whether it did before the signal aborted. */
export async function waitUntilStarted(
  checkStart: () => boolean | Promise<boolean>,
  clock: WorkerClock,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (await isStarted(checkStart)) return true;
    await clock.pause(pauseMs, signal);
  }
  return false;
}

async function isStarted(checkStart: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return (await checkStart()) === true;
  } catch {
    return false;
  }
}
