import type { ServiceRow } from "@berth/store";
import { move, type Action } from "./action.ts";
import type { Look } from "./lookout.ts";
import { idleReason } from "./plan-end.ts";
import type { PlanLimits } from "./plan-service.ts";
import { stopsBeside, withoutBeside } from "./plan-take-over.ts";

/**
 * Ends a healthy service that nobody has called for as long as it was told to wait. `usedAt`: when a call was last seen,
 * by this machine's clock; the service's own does not matter.
 */
export function planIdle(
  row: ServiceRow,
  { observation, health, fact }: Pick<Look, "observation" | "health" | "fact">,
  usedAt: number | undefined,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  const { status, idleTimeoutSeconds, healthyAt } = row.service;
  if (idleTimeoutSeconds === null || status !== "HEALTHY" || observation.kind !== "running") return [];
  // only a runner that answers can say that nothing is under way
  if (health.kind !== "ready" || fact.inFlight > 0) return [];
  const since = Math.max(usedAt ?? now, healthyAt ?? now);
  const idleMs = now - since - (limits.lostMs?.(since) ?? 0);
  if (idleMs < idleTimeoutSeconds * 1000) return [];
  const reason = idleReason(idleTimeoutSeconds);
  const change = { statusReason: reason, logTail: null, retryAt: null, unreachableSince: null, endedAt: now };
  return [
    ...stopsBeside(row, limits),
    { kind: "stop", graceMs: limits.stopGraceMs },
    move(
      "STOPPED",
      reason,
      change,
      now,
      { idleMs },
      row.renewal === null ? {} : { renewal: withoutBeside(row) },
    ),
  ];
}
