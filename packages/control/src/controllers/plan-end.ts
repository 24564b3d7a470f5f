import { durationInWords, type ServiceStatus } from "@berth/api";
import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import { diagnose } from "../diagnosis/diagnose.ts";
import { wallTimeSecondsOf } from "../services/wall-time.ts";
import { move, type Action } from "./action.ts";
import { planAttempt } from "./plan-attempt.ts";
import { exitEvidence, planCrash } from "./plan-failure.ts";
import type { ServiceLimits } from "./service-limits.ts";

export type Exited = Extract<Observation, { kind: "exited" }>;

/** What the end of a launch that should run means for its service. */
export function planEnd(
  row: ServiceRow,
  observation: Exited,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const { exit, cause } = observation;
  const { service } = row;
  switch (cause ?? (exit.cause === "time_limit" ? exit.cause : "engine")) {
    case "engine": {
      if (exit.cause === "idle" && service.idleTimeoutSeconds !== null)
        return [ended(row, observation, "STOPPED", idleReason(service.idleTimeoutSeconds), now)];
      return planCrash(row, exit, cause, now, limits);
    }
    case "time_limit": {
      const seconds = wallTimeSecondsOf(row, observation.job);
      const reason = `its wall time${seconds === undefined ? "" : ` of ${durationInWords(seconds)}`} is over`;
      // its successor was not even launched: without a pause, since nothing has failed
      if (service.renew && service.healthyAt !== null)
        return planAttempt(row, `${reason}; launching the next`, service.restarts, now, limits);
      return [ended(row, observation, "TIMEOUT", reason, now)];
    }
    case "preempted":
      return [ended(row, observation, "PREEMPTED", exit.reason, now)];
    case "cancelled":
      return [ended(row, observation, "STOPPED", exit.reason, now)];
    case "out_of_memory":
    case "node_failed":
    case "not_started":
      return planCrash(row, exit, cause, now, limits);
  }
}

export function idleReason(seconds: number): string {
  return `idle for ${durationInWords(seconds)}, as asked`;
}

function ended(
  row: ServiceRow,
  { exit, cause }: Exited,
  status: ServiceStatus,
  reason: string,
  now: number,
): Action {
  const isBad = status !== "STOPPED";
  const change = {
    statusReason: reason,
    logTail: isBad ? exit.logTail : null,
    retryAt: null,
    diagnosis: isBad ? diagnose({ service: row.service, exit, cause }) : null,
    endedAt: now,
  };
  return move(status, reason, change, now, { ...exitEvidence(row, exit), cause });
}
