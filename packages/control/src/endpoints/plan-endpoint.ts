import type { EndpointRow } from "@berth/store";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { drained, leavesFirst } from "./leaving.ts";
import { lateOf, starts, type Overdue } from "./overdue.ts";
import {
  planReplicas,
  type Demand,
  type LackOfRoom,
  type ReplicaPlan,
  type ScalingPolicy,
} from "./plan-replicas.ts";
import { planRollOut, replaces } from "./plan-roll-out.ts";
import { isReady, isSick, type Replica } from "./replica.ts";
import { isOver, startPauseMs, type StartFailures } from "./start-failures.ts";

export interface EndpointPlan {
  readonly steps: readonly EndpointStep[];
  readonly wanted: number;
  readonly reason: string;
  readonly demands: readonly Demand[];
  /** No more are asked for than are ready. */
  readonly isMet: boolean;
  /** What keeps more from being ready. */
  readonly trouble: Trouble | null;
}

/** Why fewer replicas are ready than are asked for. */
export type Trouble =
  /** So many starts have failed in a row; it is tried again. */
  | { readonly kind: "failing"; readonly count: number; readonly nextTryAt: number; readonly reason: string }
  /** No place has room for another. */
  | { readonly kind: "full"; readonly reason: string };

/** A replica that has its last requests still has so long for them, or as long as one attempt at a job may take. */
const drainAtLeastMs = 15 * 60_000;
/** Requests may still be on their way to one that gets no new ones, and whoever counts them tells it a moment later. */
const settleMs = 1_000;
/** Ended replicas whose logs are kept. */
const keptEnded = 5;

/**
 * Decides what to do about an endpoint: pure, and asked again after each step. `demandsBefore` is the last plan's memory. A new
 * deployment's replicas are ready before those of the old one get no more requests, and a deployment whose replica fails is over,
 * with the old one as it was.
 */
export function planEndpoint(
  row: EndpointRow,
  replicas: readonly Replica[],
  facts: EndpointFacts,
  demandsBefore: readonly Demand[],
): EndpointPlan {
  const live = replicas.filter(({ phase }) => phase === "starting" || phase === "ready");
  // what the new one has failed by is known until it is over
  const forgotten = forgetOld(replicas.filter(({ deployment }) => deployment !== row.nextDeployment));
  const housekeeping = [...finishDraining(row, live, facts.now), ...forgotten];
  if (row.isDeleted) {
    const isOver = replicas.every(({ phase }) => phase === "ended");
    const stops = live.map(({ id }): EndpointStep => ({ kind: "stop", replica: id }));
    return idle(isOver ? [{ kind: "remove" }] : stops, "it is being deleted");
  }
  if (row.isPaused) return idle([...housekeeping, ...drained(live), ...concludePaused(row)], "it is paused");
  const target = row.currentDeployment ?? row.nextDeployment;
  if (target === null) return idle([...housekeeping, ...drained(live)], "it is not deployed");
  const serving = live.filter(
    ({ deployment, drainingSince }) => deployment === target && drainingSince === null,
  );
  const known = facts.failures.get(target);
  const failures = known === undefined || isOver(known, facts.now) ? undefined : known;
  const lackOfRoom = facts.lackOfRoom.get(target) ?? null;
  const late = lateOf(row, serving, target, facts);
  // whoever takes the place of another counts in its stead
  const next = target === row.nextDeployment || !replaces(row, facts) ? null : row.nextDeployment;
  const instead = live.filter(({ deployment }) => deployment === next);
  const lateNext = lateOf(row, instead, next ?? target, facts);
  const counted = [...serving, ...instead].filter(
    (replica) => !late.replicas.has(replica) && !lateNext.replicas.has(replica),
  );
  const ready = counted.filter(isReady).length;
  const plan = planReplicas(
    policyOf(row),
    {
      ...facts,
      // who has woken it may wait himself
      waiting: facts.waiting + (facts.isWoken && facts.waiting + facts.inFlight === 0 ? 1 : 0),
      ready,
      starting: counted.length - ready,
      startedMs: counted
        .filter((replica) => !isReady(replica))
        .reduce((sum, { createdAt }) => sum + Math.min(facts.now - createdAt, facts.startMs ?? 0), 0),
      failedStarts: failures?.count ?? 0,
      lastFailedStartAt: failures?.last.failedAt ?? null,
      lackOfRoom,
    },
    demandsBefore,
  );
  const isOnlyWoken = facts.isWoken && facts.waiting + facts.inFlight === 0 && plan.replicas === 1;
  const reason = isOnlyWoken ? "it was woken" : plan.reason;
  const isMet = plan.asked <= ready;
  const trouble = isMet ? null : troubleOf(failures, lackOfRoom);
  const decided = {
    wanted: plan.replicas,
    reason: trouble?.kind === "failing" ? `${plan.reason}: ${trouble.reason}` : reason,
    demands: plan.demands,
    isMet,
    trouble,
  };
  const rollOut = planRollOut(row, replicas, replaces(row, facts) ? plan.asked : plan.replicas, facts);
  const others = live.filter(({ deployment }) => deployment !== target && deployment !== row.nextDeployment);
  // until the first deployment is there, it alone says how many there are
  const staying = {
    ...plan,
    replicas: Math.min(plan.replicas, rollOut.staying),
    max: row.scaling.max,
    late,
  };
  const scaling =
    row.currentDeployment === null
      ? []
      : scaled(
          live.filter((replica) => replica !== rollOut.leaving),
          target,
          staying,
          facts.now,
        );
  const kept = new Set(scaling.flatMap((step) => (step.kind === "keep" ? [step.replica] : [])));
  const steps = [
    ...finishDraining(
      row,
      live.filter(({ id }) => !kept.has(id)),
      facts.now,
    ),
    ...forgotten,
    ...drained(others),
    ...rollOut.steps,
    ...scaling,
  ];
  return { ...decided, steps };
}

/** What is ordered while it is paused waits for nobody: pausing has cancelled what was under way. */
function concludePaused({ nextDeployment }: EndpointRow): readonly EndpointStep[] {
  if (nextDeployment === null) return [];
  const reason = "it is paused: nothing starts before it goes on";
  return [{ kind: "conclude", deployment: nextDeployment, status: "COMPLETED", reason }];
}

function troubleOf(failures: StartFailures | undefined, lackOfRoom: LackOfRoom | null): Trouble | null {
  if (failures !== undefined) {
    const { count, last } = failures;
    const nextTryAt = last.failedAt + startPauseMs(count);
    return { kind: "failing", count, nextTryAt, reason: last.reason };
  }
  return lackOfRoom === null ? null : { kind: "full", reason: lackOfRoom.reason };
}

interface Scaling extends Pick<ReplicaPlan, "replicas" | "demands"> {
  readonly max: number;
  readonly late: Overdue;
}

/**
 * More: those that were about to go stay, then new ones. Fewer: as `leavesFirst` says. Who is overdue counts for nothing, and goes
 * when as many are ready as were needed of late.
 */
function scaled(
  live: readonly Replica[],
  target: number,
  { replicas: wanted, demands, max, late }: Scaling,
  now: number,
): readonly EndpointStep[] {
  const own = live.filter(({ deployment }) => deployment === target);
  const staying = own.filter(({ drainingSince }) => drainingSince === null);
  const sick = staying.filter((replica) => isSick(replica, now));
  const fit = staying.filter((replica) => !sick.includes(replica) && !late.replicas.has(replica));
  const missing = wanted - fit.length;
  const needed = Math.min(Math.max(wanted, demands[0]?.replicas ?? 0), max);
  const spare = fit.filter(isReady).length >= needed ? [...late.replicas] : [];
  const stops = [...sick, ...spare].map(({ id }): EndpointStep => ({ kind: "stop", replica: id }));
  if (missing > 0) {
    const kept = own
      .filter((replica) => replica.drainingSince !== null && !isSick(replica, now))
      .slice(0, missing);
    return [
      ...stops,
      ...kept.map(({ id }): EndpointStep => ({ kind: "keep", replica: id })),
      ...starts(target, missing - kept.length, late),
    ];
  }
  const leaving = fit.toSorted(leavesFirst).slice(0, -missing);
  return [...stops, ...drained(leaving)];
}

function finishDraining(
  { queue }: EndpointRow,
  live: readonly Replica[],
  now: number,
): readonly EndpointStep[] {
  const atMostMs = Math.max(drainAtLeastMs, queue.executionTimeoutSeconds * 1000);
  return live
    .filter((replica) => {
      const { drainingSince, inFlight } = replica;
      if (drainingSince === null) return false;
      return now - drainingSince >= (inFlight === 0 ? settleMs : atMostMs) || isSick(replica, now);
    })
    .map(({ id }) => ({ kind: "stop", replica: id }));
}

function forgetOld(replicas: readonly Replica[]): readonly EndpointStep[] {
  return replicas
    .filter(({ phase }) => phase === "ended")
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    .slice(keptEnded)
    .map(({ id }) => ({ kind: "forget", replica: id }));
}

function idle(steps: readonly EndpointStep[], reason: string): EndpointPlan {
  return { steps, wanted: 0, reason, demands: [], isMet: true, trouble: null };
}

function policyOf({ scaling }: EndpointRow): ScalingPolicy {
  return {
    min: scaling.min,
    max: scaling.max,
    scaledownPeriodMs: scaling.scaledownPeriodSeconds * 1000,
    targetPending: scaling.targetPendingRequests,
    queueDelayMs: scaling.queueDelaySeconds === null ? null : scaling.queueDelaySeconds * 1000,
    concurrency: scaling.concurrency,
  };
}
