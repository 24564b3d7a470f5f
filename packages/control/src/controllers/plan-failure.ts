import type { Diagnosis, RunnerExit } from "@berth/api";
import type { EndCause } from "@berth/launchers";
import { backoffMs } from "@berth/std/backoff";
import type { ServiceRow } from "@berth/store";
import { diagnose } from "../diagnosis/diagnose.ts";
import { move, type Action, type Remark } from "./action.ts";
import type { ServiceLimits } from "./service-limits.ts";

interface Failure {
  readonly reason: string;
  readonly evidence: Remark["evidence"];
  readonly logTail: string[] | null;
  /** No retry would mend it. */
  readonly hopeless: boolean;
  /** The launch is surely gone, with everything it started. */
  readonly over: boolean;
  /** What its log shows to be wrong, if it comes to that. */
  readonly diagnosis: Diagnosis | null;
  /** Failures in a row that are too many; those of its kind when absent. */
  readonly limit?: number;
}

interface Refusal {
  readonly message: string;
  readonly code: string;
}

export function exitEvidence(row: ServiceRow, exit: RunnerExit): Remark["evidence"] {
  return { attempt: row.attempt, exitCode: exit.exitCode, signal: exit.signal, logTail: exit.logTail };
}

/** The launch ended although it should run, and is tried again unless that is hopeless. */
export function planCrash(
  row: ServiceRow,
  exit: RunnerExit,
  cause: EndCause | undefined,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const neverHealthy = row.service.healthyAt === null;
  const refused = exit.exitCode !== null && limits.hopelessExitCodes.includes(exit.exitCode);
  return planFailure(
    row,
    {
      reason: exit.reason,
      evidence: { ...exitEvidence(row, exit), ...(cause === undefined ? {} : { cause }) },
      logTail: exit.logTail,
      hopeless: cause === "not_started" || (neverHealthy && (refused || cause === "out_of_memory")),
      over: true,
      diagnosis: diagnose({ service: row.service, exit, cause }),
      ...(cause === "node_failed" ? { limit: limits.nodeFailures } : {}),
    },
    now,
    limits,
  );
}

/** The launch was accepted or even seen, and now there is no trace that it ever was. */
export function planVanished(row: ServiceRow, now: number, limits: ServiceLimits): readonly Action[] {
  const failure = {
    reason: "the launch left no trace",
    evidence: { attempt: row.attempt },
    logTail: null,
    hopeless: false,
    over: false,
    diagnosis: null,
  };
  return planFailure(row, failure, now, limits);
}

/**
 * The launcher refused. What it may have started all the same is found under the same name by the next look. A place
 * that is not reached, or waits for somebody to log in, is no failure; what a scheduler refuses, it refuses again.
 */
export function planLaunchFailure(
  row: ServiceRow,
  refusal: Refusal,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  if (isUnreached(refusal.code)) return planUnreached(row, refusal, now, limits);
  const refused = refusal.code === "launch_refused" || refusal.code === "invalid_request";
  const failure = {
    reason: refused ? refusal.message : `it could not be launched: ${refusal.message}`,
    evidence: { attempt: row.attempt, code: refusal.code },
    logTail: null,
    hopeless: refused,
    over: false,
    diagnosis: null,
  };
  return planFailure(row, failure, now, limits);
}

/** Nobody has been asked yet: nothing is concluded, however long it lasts. */
export function isUnreached(code: string): boolean {
  return code === "login_required" || code === "host_unreachable" || code === "host_key_refused";
}

/** When a place that was not reached is tried again: the longer it lasts, the less often. */
export function reachAgainAt(sinceMs: number, now: number, limits: ServiceLimits): number {
  const { firstMs, maxMs } = limits.reach;
  return now + Math.round(Math.min(maxMs, Math.max(firstMs, (now - sinceMs) / 10)));
}

function planUnreached(
  row: ServiceRow,
  { message, code }: Refusal,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const { status, statusReason, updatedAt } = row.service;
  const isTold = statusReason === message;
  const remark = { status, message: `waits to be launched: ${message}`, evidence: { code } };
  return [
    {
      kind: "write",
      change: { service: { statusReason: message, retryAt: reachAgainAt(updatedAt, now, limits) } },
      remark: isTold ? undefined : remark,
    },
  ];
}

/** What runs could not be stopped: told once for each reason; the next look tries again. */
export function planStopFailure(row: ServiceRow, refusal: Refusal): readonly Action[] {
  const { status, statusReason } = row.service;
  const reason = isUnreached(refusal.code)
    ? `it is stopped as soon as it is reached: ${refusal.message}`
    : `it could not be stopped: ${refusal.message}`;
  if (statusReason === reason) return [];
  const remark = { status, message: reason, evidence: { attempt: row.attempt, code: refusal.code } };
  return [{ kind: "write", change: { service: { statusReason: reason } }, remark }];
}

function planFailure(
  row: ServiceRow,
  failure: Failure,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const { healthyAt, status } = row.service;
  const serving = status === "HEALTHY" || status === "UNHEALTHY";
  const stable = serving && healthyAt !== null && now - healthyAt >= limits.stableMs;
  const failures = stable ? 1 : row.failures + 1;
  const limit = failure.limit ?? (healthyAt === null ? limits.startFailures : limits.crashFailures);
  const { reason, logTail, diagnosis } = failure;
  if (failure.hopeless || failures >= limit) {
    const statusReason = failure.hopeless ? reason : `gave up after ${failures} failures: ${reason}`;
    const ended = move(
      "FAILED",
      statusReason,
      { statusReason, logTail, retryAt: null, diagnosis, endedAt: now },
      now,
      failure.evidence,
      { failures },
    );
    return failure.over ? [ended] : [{ kind: "stop", graceMs: 0 }, ended];
  }
  const waitMs = backoffMs(failures, limits.retry);
  const next = waitMs === 0 ? "trying again at once" : `next try in ${(waitMs / 1000).toFixed(1)} s`;
  const statusReason = `failure ${failures} of ${limit}: ${reason}`;
  return [
    move(
      "PENDING",
      `${reason}; ${next}`,
      { statusReason, logTail, retryAt: now + waitMs },
      now,
      failure.evidence,
      failure.over ? { failures } : { failures, handle: null },
    ),
  ];
}
