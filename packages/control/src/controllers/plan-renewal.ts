import type { SlurmJob } from "@berth/api";
import type { Observation } from "@berth/launchers";
import { backoffMs } from "@berth/std/backoff";
import type { PredecessorRow, RenewalRow, ServiceRow, SuccessorRow } from "@berth/store";
import { lastAttemptOf } from "../services/launch-ref.ts";
import { move, type Action, type Remark } from "./action.ts";
import { isOutOfSight, type Health } from "./health.ts";
import { forgetBefore } from "./plan-attempt.ts";
import { queueEvidence } from "./queue-evidence.ts";
import { isUnreached, reachAgainAt } from "./plan-failure.ts";
import type { PlanLimits } from "./plan-service.ts";
import { withoutSuccessor } from "./plan-take-over.ts";

/** What is seen of a launch beside the present one. */
export interface BesideLook {
  readonly observation: Observation;
  readonly health: Health;
  readonly inFlight: number;
}

export interface RenewalLooks {
  /** The present launch's Slurm job. */
  readonly job: SlurmJob | null;
  readonly successor: BesideLook | undefined;
  /** By attempt. */
  readonly predecessors: ReadonlyMap<number, BesideLook>;
}

export interface RenewalLimits extends PlanLimits {
  /** How long before the present launch's end its successor is launched. */
  readonly leadMs: number;
}

/**
 * What keeps a service going beyond the wall time of its launches, one step at a time: the next launch is started beside
 * the present one, takes over when it is ready, and the one before ends when it has answered its last request. Pure. It
 * never touches the present launch; that is `planService`'s, which is asked first.
 */
export function planRenewal(
  row: ServiceRow,
  looks: RenewalLooks,
  now: number,
  limits: RenewalLimits,
): readonly Action[] {
  const { status, renew } = row.service;
  if (row.desired === "stopped" || status === "SUBMITTED") return [];
  const successor = row.renewal?.successor ?? undefined;
  if (successor !== undefined) {
    const steps = planSuccessor(row, successor, looks.successor, now, limits);
    if (steps.length > 0) return steps;
  } else if (renew && (status === "HEALTHY" || status === "UNHEALTHY")) {
    const endsAt = looks.job?.endsAt ?? undefined;
    if (endsAt !== undefined && now >= endsAt - limits.leadMs) return planSuccession(row, 0, now, limits);
  }
  for (const predecessor of row.renewal?.predecessors ?? []) {
    const steps = planPredecessor(row, predecessor, looks.predecessors.get(predecessor.attempt), now, limits);
    if (steps.length > 0) return steps;
  }
  return [];
}

/** The launcher refused the successor: the present launch goes on, and another is tried later. */
export function planSuccessorRefusal(
  row: ServiceRow,
  refusal: { readonly message: string; readonly code: string },
  now: number,
  limits: PlanLimits,
): readonly Action[] {
  const successor = row.renewal?.successor;
  if (successor === undefined || successor === null) return [];
  if (isUnreached(refusal.code)) {
    const retryAt = reachAgainAt(successor.updatedAt, now, limits);
    return [write(row, { ...successor, statusReason: refusal.message, retryAt }, undefined)];
  }
  return [failed(row, successor, refusal.message, now, limits)];
}

function planSuccession(
  row: ServiceRow,
  failures: number,
  now: number,
  limits: RenewalLimits,
): readonly Action[] {
  const attempt = lastAttemptOf(row) + 1;
  const predecessors = row.renewal?.predecessors ?? [];
  const successor: SuccessorRow = {
    attempt,
    handle: null,
    status: "PENDING",
    statusReason: "launching",
    updatedAt: now,
    retryAt: null,
    failures,
  };
  const renewal: RenewalRow = { lastAttempt: attempt, successor, predecessors };
  const remark: Remark = {
    status: row.service.status,
    message: `launching its successor, ${row.service.id}-${attempt}, before the wall time of ${row.service.id}-${row.attempt} ends`,
    evidence: { attempt: row.attempt, successor: attempt, leadMs: limits.leadMs },
  };
  const running = [row.attempt, ...predecessors.map((each) => each.attempt)];
  return [
    { kind: "write", change: { renewal }, remark },
    { kind: "launch-successor" },
    ...forgetBefore(attempt, running, limits),
  ];
}

function planSuccessor(
  row: ServiceRow,
  successor: SuccessorRow,
  look: BesideLook | undefined,
  now: number,
  limits: RenewalLimits,
): readonly Action[] {
  const { retryAt, failures, handle, attempt } = successor;
  if (look === undefined || look.observation.kind === "unknown") return [];
  const { observation, health } = look;
  if (retryAt !== null) {
    const again = write(row, { ...successor, handle: null, retryAt: null }, undefined);
    switch (observation.kind) {
      case "exited":
        return retryAt > now ? [] : planSuccession(row, failures, now, limits);
      case "absent":
        return retryAt > now ? [] : [again, { kind: "launch-successor" }];
      case "queued":
      case "running":
        // it was refused, and is there all the same
        return [again];
    }
  }
  switch (observation.kind) {
    case "absent":
      return handle === null
        ? [{ kind: "launch-successor" }]
        : [{ kind: "stop", graceMs: 0, attempt }, failed(row, successor, "it left no trace", now, limits)];
    case "exited":
      return [failed(row, successor, observation.exit.reason, now, limits)];
    case "queued":
      return became(row, successor, "PENDING", observation.detail, now);
    case "running":
      if (observation.suspended === true) return [];
      if (health.kind === "ready") return takeOver(row, successor, { observation, health }, now);
      if (observation.state?.phase === "installing")
        return became(row, successor, "PENDING", observation.state.progress?.message ?? "installing", now);
      if (successor.status === "PENDING")
        return became(row, successor, "STARTING", "the engine is starting", now);
      return isLate(successor, health, now, limits) ? [{ kind: "stop", graceMs: 0, attempt }] : [];
  }
}

function isLate(successor: SuccessorRow, health: Health, now: number, limits: RenewalLimits): boolean {
  const { updatedAt } = successor;
  const livedMs = now - updatedAt - (limits.lostMs?.(updatedAt) ?? 0);
  return !isOutOfSight(health) && livedMs >= limits.startTimeoutMs + limits.startGraceMs;
}

/** From this write on, new requests go to the successor. */
function takeOver(
  row: ServiceRow,
  successor: SuccessorRow,
  seen: { readonly observation: Observation; readonly health: Extract<Health, { kind: "ready" }> },
  now: number,
): readonly Action[] {
  const { health } = seen;
  const { service, attempt, handle } = row;
  const before: PredecessorRow = { attempt, handle, since: now };
  const isServing = service.status === "HEALTHY" || service.status === "UNHEALTHY";
  const tookMs = now - successor.updatedAt;
  return [
    move(
      "HEALTHY",
      `renewed: requests go to ${service.id}-${successor.attempt}, and ${service.id}-${attempt} ends its last ones`,
      {
        statusReason: null,
        logTail: null,
        retryAt: null,
        healthyAt: isServing ? service.healthyAt : now,
        contextTokens: health.contextTokens ?? service.contextTokens,
        parallel: health.parallel ?? service.parallel,
      },
      now,
      {
        attempt: successor.attempt,
        before: attempt,
        ...(successor.status === "STARTING" ? { tookMs } : {}),
        ...queueEvidence(seen.observation),
      },
      {
        attempt: successor.attempt,
        handle: successor.handle,
        failures: 0,
        renewal: {
          lastAttempt: lastAttemptOf(row),
          successor: null,
          predecessors: [...(row.renewal?.predecessors ?? []), before],
        },
      },
    ),
  ];
}

function planPredecessor(
  row: ServiceRow,
  predecessor: PredecessorRow,
  look: BesideLook | undefined,
  now: number,
  limits: RenewalLimits,
): readonly Action[] {
  if (look === undefined) return [];
  const { observation, health, inFlight } = look;
  const { attempt } = predecessor;
  switch (observation.kind) {
    case "unknown":
      return [];
    case "exited":
    case "absent":
      return [over(row, predecessor), ...forgetIfOld(row, attempt, limits)];
    case "queued":
      return [{ kind: "stop", graceMs: 0, attempt }, over(row, predecessor)];
    case "running": {
      const waitedMs = now - predecessor.since;
      const endsAt = observation.job?.endsAt ?? predecessor.since + longestStreamMs;
      const isIdle = health.kind === "ready" && inFlight === 0 && waitedMs >= limits.handoverMs;
      const isMute = health.kind === "failing" && health.streak >= limits.unhealthyAfterProbes;
      const isLast = now >= endsAt - limits.stopGraceMs;
      if (!isIdle && !isMute && !isLast) return [];
      return [
        { kind: "stop", graceMs: limits.stopGraceMs, attempt },
        over(row, predecessor),
        ...forgetIfOld(row, attempt, limits),
      ];
    }
  }
}

/** Where no wall time ends them. */
const longestStreamMs = 600_000;

function over(row: ServiceRow, { attempt }: PredecessorRow): Action {
  const predecessors = (row.renewal?.predecessors ?? []).filter((each) => each.attempt !== attempt);
  const successor = row.renewal?.successor ?? null;
  return {
    kind: "write",
    change: { renewal: { lastAttempt: lastAttemptOf(row), successor, predecessors } },
    remark: {
      status: row.service.status,
      message: `${row.service.id}-${attempt} has ended, after its last request`,
      evidence: { attempt },
    },
  };
}

function forgetIfOld(row: ServiceRow, attempt: number, limits: PlanLimits): readonly Action[] {
  return attempt <= lastAttemptOf(row) - limits.keptLaunches ? [{ kind: "forget", attempt }] : [];
}

function failed(
  row: ServiceRow,
  successor: SuccessorRow,
  reason: string,
  now: number,
  limits: PlanLimits,
): Action {
  const failures = successor.failures + 1;
  const waitMs = backoffMs(failures, limits.successorRetry);
  return write(
    row,
    { ...successor, statusReason: reason, failures, retryAt: now + waitMs },
    {
      status: row.service.status,
      message: `its successor failed: ${reason}; the next follows in ${(waitMs / 1000).toFixed(0)} s`,
      evidence: { attempt: row.attempt, successor: successor.attempt, failures },
    },
  );
}

function became(
  row: ServiceRow,
  successor: SuccessorRow,
  status: SuccessorRow["status"],
  statusReason: string,
  now: number,
): readonly Action[] {
  if (successor.status === status && successor.statusReason === statusReason) return [];
  const updatedAt = successor.status === status ? successor.updatedAt : now;
  return [write(row, { ...successor, status, statusReason, updatedAt }, undefined)];
}

function write(row: ServiceRow, successor: SuccessorRow, remark: Remark | undefined): Action {
  const rest = withoutSuccessor(row);
  const renewal = {
    lastAttempt: lastAttemptOf(row),
    predecessors: rest?.predecessors ?? [],
    successor,
  };
  return { kind: "write", change: { renewal }, remark };
}
