import { backoffMs } from "@berth/std/backoff";
import type { Replica } from "./replica.ts";

/** A start that came to nothing. Times are milliseconds since 1970. */
export interface FailedStart {
  readonly begunAt: number;
  readonly failedAt: number;
  readonly reason: string;
  /** It never became a service. */
  readonly isRefusal: boolean;
}

/** Starts of one deployment that failed in a row: each was begun after the one before had failed. */
export interface StartFailures {
  readonly count: number;
  readonly last: FailedStart;
  /** Since the last of them no more were wanted than were ready: when its pause is over, the row is over as well. */
  readonly isMet: boolean;
}

/** By deployment; one whose starts do not fail has none. */
export type FailuresByDeployment = ReadonlyMap<number, StartFailures>;

/** A replica that answers for so long has started well, whatever becomes of it. */
const steadyMs = 60_000;
const startPauses = { firstMs: 10_000, maxMs: 600_000, jitter: 0 };

/** How long after the last of so many failed starts the next is tried. */
export function startPauseMs(count: number): number {
  return backoffMs(count, startPauses);
}

/** With one more. Those that were begun together fail together, and count as one. */
export function afterFailure(before: StartFailures | undefined, failed: FailedStart): StartFailures {
  const row = before === undefined || isOver(before, failed.begunAt) ? undefined : before;
  const isNext = row === undefined || failed.begunAt >= row.last.failedAt;
  return { count: (row?.count ?? 0) + (isNext ? 1 : 0), last: failed, isMet: false };
}

/**
 * What is seen of the replicas added to what was known before, which outlives them. One that has answered and not failed, begun
 * no sooner than the last that failed, is the end of the row.
 */
export function failuresSeen(
  before: FailuresByDeployment,
  replicas: readonly Replica[],
  now: number,
): FailuresByDeployment {
  const after = new Map(before);
  for (const [deployment, own] of Map.groupBy(replicas, (replica) => replica.deployment)) {
    const row = rowSeen(before.get(deployment), own, now);
    if (row === undefined) after.delete(deployment);
    else after.set(deployment, row);
  }
  return after;
}

function rowSeen(
  before: StartFailures | undefined,
  replicas: readonly Replica[],
  now: number,
): StartFailures | undefined {
  const good = replicas.filter((replica) => hasStartedWell(replica, now));
  const lastGood = Math.max(...good.map(({ createdAt }) => createdAt), -Infinity);
  const known = before?.last.failedAt ?? -Infinity;
  const row = replicas
    .flatMap((replica): FailedStart[] =>
      replica.failure === null || good.includes(replica)
        ? []
        : [
            {
              begunAt: replica.createdAt,
              failedAt: replica.endedAt ?? now,
              reason: replica.failure,
              isRefusal: false,
            },
          ],
    )
    .filter(({ begunAt, failedAt }) => failedAt > known && begunAt > lastGood)
    .toSorted((a, b) => a.failedAt - b.failedAt)
    .reduce<StartFailures | undefined>(afterFailure, before);
  return row !== undefined && lastGood >= row.last.begunAt ? undefined : row;
}

/** Whether nobody need be careful any more: what was wanted was there, and the pause after the last is over. */
export function isOver({ count, last, isMet }: StartFailures, now: number): boolean {
  return isMet && now - last.failedAt >= startPauseMs(count);
}

function hasStartedWell({ readyAt, failure, endedAt }: Replica, now: number): boolean {
  return readyAt !== null && (failure === null || (endedAt ?? now) - readyAt >= steadyMs);
}
