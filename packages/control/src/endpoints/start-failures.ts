import type { Replica } from "./replica.ts";

/** A start that came to nothing. Times are milliseconds since 1970. */
export interface FailedStart {
  readonly begunAt: number;
  readonly failedAt: number;
  readonly reason: string;
}

export interface StartFailures {
  /** In a row: each was begun after the one before had failed. */
  readonly count: number;
  readonly last: FailedStart | null;
}

/** A replica that answers for so long has started well, whatever becomes of it. */
const steadyMs = 60_000;

/**
 * How often starting replicas has failed in a row, of those of one deployment that are still known. `refused`: starts that never
 * became a service. One that has answered and not failed, begun after the last failure, is the end of the row.
 */
export function startFailures(
  replicas: readonly Replica[],
  refused: readonly FailedStart[],
  now: number,
): StartFailures {
  const ended = replicas.flatMap((replica): FailedStart[] =>
    replica.failure === null || hasStartedWell(replica, now)
      ? []
      : [{ begunAt: replica.createdAt, failedAt: replica.endedAt ?? now, reason: replica.failure }],
  );
  const lastGood = Math.max(
    ...replicas.filter((replica) => hasStartedWell(replica, now)).map(({ createdAt }) => createdAt),
    -Infinity,
  );
  const failed = [...ended, ...refused]
    .filter(({ begunAt }) => begunAt > lastGood)
    .toSorted((a, b) => a.failedAt - b.failedAt);
  let count = 0;
  let last: FailedStart | null = null;
  for (const start of failed) {
    // those that were begun together fail together
    if (last === null || start.begunAt >= last.failedAt) count += 1;
    last = start;
  }
  return { count, last };
}

function hasStartedWell({ readyAt, failure, endedAt }: Replica, now: number): boolean {
  return readyAt !== null && (failure === null || (endedAt ?? now) - readyAt >= steadyMs);
}
