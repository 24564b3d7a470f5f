import type { Observation } from "@berth/launchers";
import type { RenewalRow, ServiceRow, SuccessorRow } from "@berth/store";
import { lastAttemptOf } from "../services/launch-ref.ts";
import { move, type Action } from "./action.ts";
import type { ServiceLimits } from "./service-limits.ts";

/**
 * The present launch is over before its successor is ready: the successor is the present one from now on, and the service
 * is where that is. `undefined` where there is none to take over, or somebody ended the launch on purpose.
 */
export function planTakeOver(
  row: ServiceRow,
  observation: Exclude<Observation, { kind: "unknown" }>,
  now: number,
): readonly Action[] | undefined {
  const successor = row.renewal?.successor;
  if (successor === undefined || successor === null || successor.retryAt !== null) return undefined;
  if (row.service.status === "SUBMITTED" || row.service.status === "STOPPING") return undefined;
  switch (observation.kind) {
    case "queued":
    case "running":
      return undefined;
    case "absent":
      // one that was only out of sight must not go on beside it
      return [{ kind: "stop", graceMs: 0 }, taken(row, successor, "the launch left no trace", now)];
    case "exited":
      if (observation.cause === "cancelled" || observation.exit.cause === "idle") return undefined;
      return [taken(row, successor, observation.exit.reason, now)];
  }
}

function taken(row: ServiceRow, successor: SuccessorRow, reason: string, now: number): Action {
  const { attempt, handle, status } = successor;
  return move(
    status,
    `${reason}; its successor is not ready yet`,
    { statusReason: successor.statusReason, retryAt: null },
    now,
    { attempt: row.attempt, successor: attempt },
    { attempt, handle, failures: 0, renewal: withoutSuccessor(row) },
  );
}

/** What is left of the renewal once its successor is none any more. */
export function withoutSuccessor(row: ServiceRow): RenewalRow | null {
  const predecessors = row.renewal?.predecessors ?? [];
  return { lastAttempt: lastAttemptOf(row), successor: null, predecessors };
}

/** What is left of the renewal once nothing runs beside the present launch. */
export function withoutBeside(row: ServiceRow): RenewalRow | null {
  return row.renewal === null ? null : { lastAttempt: lastAttemptOf(row), successor: null, predecessors: [] };
}

/** Ends every launch but the present one. */
export function stopsBeside({ renewal }: ServiceRow, limits: ServiceLimits): readonly Action[] {
  if (renewal === null) return [];
  const attempts = [...(renewal.successor === null ? [] : [renewal.successor]), ...renewal.predecessors].map(
    ({ attempt }) => attempt,
  );
  return attempts.map((attempt) => ({ kind: "stop", graceMs: limits.stopGraceMs, attempt }));
}
