import type { RunnerExit } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { ServiceRow } from "@berth/store";
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
}

export function exitEvidence(row: ServiceRow, exit: RunnerExit): Remark["evidence"] {
  return { attempt: row.attempt, exitCode: exit.exitCode, signal: exit.signal, logTail: exit.logTail };
}

/** The launch ended although it should run. */
export function planExit(
  row: ServiceRow,
  exit: RunnerExit,
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const neverHealthy = row.service.healthyAt === null;
  return planFailure(
    row,
    {
      reason: exit.reason,
      evidence: exitEvidence(row, exit),
      logTail: exit.logTail,
      hopeless: neverHealthy && exit.exitCode !== null && limits.hopelessExitCodes.includes(exit.exitCode),
      over: true,
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
  };
  return planFailure(row, failure, now, limits);
}

/** The launcher refused. What it may have started all the same is found under the same name by the next look. */
export function planLaunchFailure(
  row: ServiceRow,
  refusal: { readonly message: string; readonly code: string },
  now: number,
  limits: ServiceLimits,
): readonly Action[] {
  const failure = {
    reason: `it could not be launched: ${refusal.message}`,
    evidence: { attempt: row.attempt, code: refusal.code },
    logTail: null,
    hopeless: false,
    over: false,
  };
  return planFailure(row, failure, now, limits);
}

/** What runs could not be stopped: told once for each reason; the next look tries again. */
export function planStopFailure(
  row: ServiceRow,
  refusal: { readonly message: string; readonly code: string },
): readonly Action[] {
  const { status, statusReason } = row.service;
  const reason = `it could not be stopped: ${refusal.message}`;
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
  const limit = healthyAt === null ? limits.startFailures : limits.crashFailures;
  const { reason, logTail } = failure;
  if (failure.hopeless || failures >= limit) {
    const statusReason = failure.hopeless ? reason : `gave up after ${failures} failures: ${reason}`;
    const ended = move(
      "FAILED",
      statusReason,
      { statusReason, logTail, retryAt: null, endedAt: now },
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
