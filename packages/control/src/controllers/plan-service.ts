import { hasEnded, type RunnerExit } from "@berth/api";
import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import { diagnose } from "../diagnosis/diagnose.ts";
import { move, note, type Action } from "./action.ts";
import { isOutOfSight, type Health } from "./health.ts";
import { planAttempt } from "./plan-attempt.ts";
import { planEnd } from "./plan-end.ts";
import { exitEvidence, planVanished } from "./plan-failure.ts";
import { queueEvidence } from "./queue-evidence.ts";
import { planTakeOver, stopsBeside, withoutBeside } from "./plan-take-over.ts";
import type { ServiceLimits } from "./service-limits.ts";

export interface PlanLimits extends ServiceLimits {
  /** The engine's own, from the service's plan. */
  readonly startTimeoutMs: number;
  /** How much of the time since then this server slept through or lost; all of it was lived through when absent. */
  readonly lostMs?: (sinceMs: number) => number;
}

/**
 * What brings the service one step closer to what is wanted of it. Pure; it is asked again after each step.
 *
 * SUBMITTED means "launch it afresh": whatever ran before must be over first. PENDING: the attempt was decided, its
 * process is not seen yet or still installs its engine, or, with `retryAt`, the next attempt waits. An ended service has
 * no process, surely.
 */
export function planService(
  row: ServiceRow,
  observation: Observation,
  health: Health,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  const { service } = row;
  if (hasEnded(service.status)) return [];
  const noted = planVisibility(row, observation, now);
  if (row.desired === "stopped") return [...noted, ...planStop(row, observation, now, limits)];
  // an unreachable place says nothing about the service
  if (observation.kind === "unknown") return noted;
  const planned =
    planTakeOver(row, observation, now) ??
    withoutOthers(row, planRun(row, observation, health, now, limits), limits);
  return [...noted, ...planned];
}

/** What ends the service, or launches it afresh, first ends the launches beside the present one. */
function withoutOthers(row: ServiceRow, planned: readonly Action[], limits: PlanLimits): readonly Action[] {
  if (row.renewal === null) return planned;
  let isLast = false;
  const changed = planned.map((action): Action => {
    if (action.kind !== "write") return action;
    const { attempt, service } = action.change;
    const ends = service?.status !== undefined && hasEnded(service.status);
    if (!ends && attempt === undefined) return action;
    isLast = true;
    return ends ? { ...action, change: { ...action.change, renewal: withoutBeside(row) } } : action;
  });
  return isLast ? [...stopsBeside(row, limits), ...changed] : planned;
}

/** What a server that has just started writes down of a launch that it finds running: it goes on, as it is. */
export function planAdoption(row: ServiceRow, observation: Observation): readonly Action[] {
  if (observation.kind !== "running") return [];
  const remark = {
    status: row.service.status,
    message: "adopted: it was found running when the server started",
    evidence: { attempt: row.attempt },
  };
  return [{ kind: "write", change: {}, remark }];
}

function planVisibility(row: ServiceRow, observation: Observation, now: number): readonly Action[] {
  const { status, unreachableSince } = row.service;
  if (observation.kind === "unknown") {
    if (unreachableSince !== null) return [];
    const remark = { status, message: `cannot be seen: ${observation.reason}`, evidence: {} };
    return [{ kind: "write", change: { service: { unreachableSince: now } }, remark }];
  }
  if (unreachableSince === null) return [];
  const remark = { status, message: "seen again", evidence: { unreachableMs: now - unreachableSince } };
  return [{ kind: "write", change: { service: { unreachableSince: null } }, remark }];
}

function planStop(
  row: ServiceRow,
  observation: Observation,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  const { service } = row;
  const begun =
    service.status === "STOPPING"
      ? []
      : [move("STOPPING", "stopping, as asked", { statusReason: "stopping, as asked", retryAt: null }, now)];
  const stopped = move(
    "STOPPED",
    "stopped, as asked",
    {
      statusReason: "stopped, as asked",
      logTail: null,
      retryAt: null,
      unreachableSince: null,
      endedAt: now,
    },
    now,
    observation.kind === "exited" ? exitEvidence(row, observation.exit) : { attempt: row.attempt },
    row.renewal === null ? {} : { renewal: withoutBeside(row) },
  );
  const others = stopsBeside(row, limits);
  if (row.attempt === 0 || observation.kind === "exited") return [...begun, ...others, stopped];
  // even of an absent launch: one that was begun a moment ago must not appear later
  return [...begun, ...others, { kind: "stop", graceMs: limits.stopGraceMs }, stopped];
}

type Seen = Exclude<Observation, { kind: "unknown" }>;

function planRun(
  row: ServiceRow,
  observation: Seen,
  health: Health,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  switch (row.service.status) {
    case "SUBMITTED":
    case "STOPPING":
      return observation.kind === "exited" || observation.kind === "absent"
        ? planAttempt(row, "launching", row.service.restarts, now, limits)
        : [...stopsBeside(row, limits), { kind: "stop", graceMs: limits.stopGraceMs }];
    case "PENDING":
      return planPending(row, observation, now, limits);
    case "STARTING":
      return planStarting(row, observation, health, now, limits);
    case "HEALTHY":
    case "UNHEALTHY":
      return planServing(row, observation, health, now, limits);
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return [];
  }
}

function planPending(row: ServiceRow, observation: Seen, now: number, limits: PlanLimits): readonly Action[] {
  const { retryAt, statusReason, restarts } = row.service;
  switch (observation.kind) {
    case "running":
      if (isInstalling(observation)) {
        const reason = installingReason(observation);
        return statusReason === reason && retryAt === null
          ? []
          : [note({ statusReason: reason, retryAt: null })];
      }
      return [
        move(
          "STARTING",
          "the runner is up; the engine is starting",
          { statusReason: "the engine is starting", retryAt: null },
          now,
          { attempt: row.attempt, ...queueEvidence(observation) },
        ),
      ];
    case "queued":
      return statusReason === observation.detail && retryAt === null
        ? []
        : [note({ statusReason: observation.detail, retryAt: null })];
    case "exited":
      // it was too late before anybody had seen it start
      if (retryAt === null && observation.exit.cause === "late" && isOfEngine(observation))
        return [timedOut(row, observation.exit, now, limits)];
      if (retryAt === null) return planEnd(row, observation, now, limits);
      return retryAt > now ? [] : planAttempt(row, `restart ${restarts + 1}`, restarts + 1, now, limits);
    case "absent":
      if (retryAt !== null && retryAt > now) return [];
      // accepted, and yet there is no trace of it
      if (retryAt === null && row.handle !== null) return planVanished(row, now, limits);
      return retryAt === null ? [{ kind: "launch" }] : [note({ retryAt: null }), { kind: "launch" }];
  }
}

function planStarting(
  row: ServiceRow,
  observation: Seen,
  health: Health,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  const { updatedAt, statusReason } = row.service;
  const lateMs = now - updatedAt - (limits.lostMs?.(updatedAt) ?? 0) - limits.startTimeoutMs;
  switch (observation.kind) {
    case "queued":
      return [requeued(observation.detail, now)];
    case "exited":
      return (lateMs >= 0 || observation.exit.cause === "late") && isOfEngine(observation)
        ? [timedOut(row, observation.exit, now, limits)]
        : planEnd(row, observation, now, limits);
    case "absent":
      return lateMs >= 0
        ? [{ kind: "stop", graceMs: 0 }, timedOut(row, undefined, now, limits)]
        : planVanished(row, now, limits);
    case "running":
      // its time to start has not begun
      if (isInstalling(observation)) return [requeued(installingReason(observation), now)];
      if (observation.suspended === true)
        return statusReason === suspendedReason ? [] : [note({ statusReason: suspendedReason })];
      // it has its time to start anew
      if (statusReason === suspendedReason)
        return [move("STARTING", "goes on", { statusReason: "the engine is starting" }, now)];
      if (health.kind === "ready") {
        const tookMs = now - row.service.updatedAt;
        const change = {
          statusReason: null,
          logTail: null,
          healthyAt: now,
          contextTokens: health.contextTokens ?? row.service.contextTokens,
          parallel: health.parallel ?? row.service.parallel,
        };
        const evidence = { attempt: row.attempt, tookMs };
        return [move("HEALTHY", `ready after ${(tookMs / 1000).toFixed(1)} s`, change, now, evidence)];
      }
      // its exit, seen next, makes it TIMEOUT with the log's tail
      return lateMs >= limits.startGraceMs && !isOutOfSight(health) ? [{ kind: "stop", graceMs: 0 }] : [];
  }
}

function planServing(
  row: ServiceRow,
  observation: Seen,
  health: Health,
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  switch (observation.kind) {
    case "queued":
      return [requeued(observation.detail, now)];
    case "exited":
      return planEnd(row, observation, now, limits);
    case "absent":
      return planVanished(row, now, limits);
    case "running":
      if (observation.suspended === true) {
        const { status, statusReason } = row.service;
        const remark = { status, message: suspendedReason, evidence: { attempt: row.attempt } };
        return statusReason === suspendedReason
          ? []
          : [{ kind: "write", change: { service: { statusReason: suspendedReason } }, remark }];
      }
      if (row.service.statusReason === suspendedReason) {
        const remark = { status: row.service.status, message: "goes on", evidence: { attempt: row.attempt } };
        return [{ kind: "write", change: { service: { statusReason: null } }, remark }];
      }
      if (row.service.status === "HEALTHY") {
        return health.kind === "failing" && health.streak >= limits.unhealthyAfterProbes
          ? [
              move("UNHEALTHY", health.reason, { statusReason: health.reason }, now, {
                failedProbes: health.streak,
              }),
            ]
          : [];
      }
      return health.kind === "ready" && health.streak >= limits.healthyAfterProbes
        ? [move("HEALTHY", "answers again", { statusReason: null }, now)]
        : [];
  }
}

const suspendedReason = "suspended by the scheduler; it goes on when that lets it";

function isOfEngine(observation: Extract<Observation, { kind: "exited" }>): boolean {
  return observation.cause === undefined || observation.cause === "engine";
}

/** The runner fetches what its engine is made of. */
function isInstalling(observation: Seen): boolean {
  return observation.kind === "running" && observation.state?.phase === "installing";
}

function installingReason(observation: Seen): string {
  const told = observation.kind === "running" ? observation.state?.progress?.message : undefined;
  return told ?? "installing the engine";
}

function requeued(detail: string, now: number): Action {
  return move("PENDING", `waiting again: ${detail}`, { statusReason: detail, retryAt: null }, now);
}

function timedOut(row: ServiceRow, exit: RunnerExit | undefined, now: number, limits: PlanLimits): Action {
  const lastWord = exit === undefined ? "" : ` (${exit.reason})`;
  const late = `the engine was not ready within ${Math.round(limits.startTimeoutMs / 1000)} s`;
  const reason = exit?.cause === "late" ? exit.reason : `${late}${lastWord}`;
  const change = {
    statusReason: reason,
    logTail: exit?.logTail ?? null,
    retryAt: null,
    diagnosis: exit === undefined ? null : diagnose({ service: row.service, exit, cause: undefined }),
    endedAt: now,
  };
  const evidence = exit === undefined ? { attempt: row.attempt } : exitEvidence(row, exit);
  return move("TIMEOUT", reason, change, now, evidence);
}
