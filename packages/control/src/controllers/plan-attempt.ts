import type { ServiceRow } from "@berth/store";
import { lastAttemptOf } from "../services/launch-ref.ts";
import { move, type Action } from "./action.ts";
import type { ServiceLimits } from "./service-limits.ts";

/** A fresh attempt: the intent is written before anything is started. Nothing runs beside it, surely. */
export function planAttempt(
  row: ServiceRow,
  reason: string,
  restarts: number,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const attempt = lastAttemptOf(row) + 1;
  const service = { statusReason: reason, retryAt: null, restarts };
  return [
    move("PENDING", reason, service, now, { attempt }, { attempt, handle: null, renewal: null }),
    { kind: "launch" },
    ...forgetBefore(attempt, [], limits),
  ];
}

/** Of the launch that is one too old once `attempt` is there; one that still runs is kept. */
export function forgetBefore(
  attempt: number,
  running: readonly number[],
  limits: ServiceLimits,
): readonly Action[] {
  const old = attempt - limits.keptLaunches;
  return old > 0 && !running.includes(old) ? [{ kind: "forget", attempt: old }] : [];
}
