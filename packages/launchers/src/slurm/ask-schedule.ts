/** How soon the scheduler is asked. Times are milliseconds of a clock that never jumps. */
export interface AskSchedule {
  readonly now: number;
  /** Undefined: never. */
  readonly lastAskedAt: number | undefined;
  /** When something was last submitted, or seen to change. */
  readonly lastChangeAt: number;
  /** Something waits in the queue, or for the scheduler's word. */
  readonly isWanted: boolean;
  /** Times in a row that it did not answer. */
  readonly failures: number;
  /** What of a minute's budget is used up. */
  readonly lastMinute: number;
}

const shortestMs = 5_000;
const longestMs = 60_000;
/** Calls that may follow each other at the shortest distance. */
const burst = 2;
/** Afterwards: what is left of a minute's budget lasts to its end. */
const steadyMs = 12_000;

/**
 * Often just after a submission or a change, ever more seldom while nothing happens, and once a minute when all that is
 * there runs and reports for itself. One that does not answer is left alone for longer.
 */
export function isQueueDue(schedule: AskSchedule): boolean {
  const { now, lastAskedAt, lastChangeAt, isWanted, failures, lastMinute } = schedule;
  if (lastAskedAt === undefined) return true;
  const calmMs =
    isWanted || lastChangeAt > lastAskedAt
      ? Math.min(
          longestMs,
          Math.max(lastMinute < burst ? shortestMs : steadyMs, (lastAskedAt - lastChangeAt) / 2),
        )
      : longestMs;
  const sulkMs = failures === 0 ? 0 : Math.min(longestMs, shortestMs * 2 ** failures);
  return now - lastAskedAt >= Math.max(calmMs, sulkMs);
}
