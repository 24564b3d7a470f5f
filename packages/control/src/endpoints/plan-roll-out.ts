import type { EndpointRow } from "@berth/store";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { lateOf, starts } from "./overdue.ts";
import { roomPauseMs } from "./plan-replicas.ts";
import { isReady, isSick, type Replica } from "./replica.ts";

export interface RollOutPlan {
  readonly steps: readonly EndpointStep[];
  /** So many of the old go before the new are ready. */
  readonly making: number;
}

/** What is done about the deployment that is being rolled out, where `planned` replicas are to be there. */
export function planRollOut(
  row: EndpointRow,
  replicas: readonly Replica[],
  planned: number,
  facts: EndpointFacts,
): RollOutPlan {
  const next = row.nextDeployment;
  if (next === null) return { steps: [], making: 0 };
  const own = replicas.filter((replica) => replica.deployment === next && isLive(replica));
  const broken = replicas.filter(({ deployment, failure }) => deployment === next && failure !== null);
  const old = replicas.filter(
    ({ deployment, phase }) => deployment === row.currentDeployment && phase !== "ended",
  );
  const reason = whyFailed(row, next, { own, broken, old }, facts, lastEnd(row, replicas));
  if (reason !== undefined) {
    const stops = own.map(({ id }): EndpointStep => ({ kind: "stop", replica: id }));
    return { steps: [{ kind: "conclude", deployment: next, status: "FAILED", reason }, ...stops], making: 0 };
  }
  const staying = old.filter((replica) => isLive(replica) && replica.drainingSince === null);
  const isNeeded =
    staying.length + own.length + facts.inFlight + facts.waiting > 0 ||
    facts.isWoken ||
    (replaces(row, next, facts) && stays(row, facts));
  const needed = Math.min(Math.max(planned, isNeeded ? 1 : 0), row.scaling.max);
  const ready = own.filter(isReady).length;
  if (ready >= needed) {
    const done =
      needed === 0
        ? "no replica is needed yet: the next call starts one"
        : `${ready} of ${needed} replicas are ready`;
    const step: EndpointStep = { kind: "conclude", deployment: next, status: "COMPLETED", reason: done };
    return { steps: [step], making: replaces(row, next, facts) ? own.length : 0 };
  }
  const late = lateOf(row, own, next, facts);
  const except = new Set([...late.profiles, ...broken.map(({ profile }) => profile)]);
  const places = {
    profiles: except,
    hasOther: facts.profilesOf(next).some((profile) => !except.has(profile)),
  };
  const missing = needed - own.length + late.replicas.size;
  if (!replaces(row, next, facts)) return { steps: starts(next, missing, places), making: 0 };
  const lack = facts.lackOfRoom.get(next);
  const room = lack === undefined ? needed - old.length - own.length : 0;
  const isTried = lack !== undefined && facts.now - lack.at >= roomPauseMs;
  const count = Math.min(missing, isTried ? 1 : room);
  // one after the other: what has been started is ready before another makes room
  const isNextDue = missing > 0 && room <= 0 && ready === own.length;
  return { steps: starts(next, count, places), making: own.length + (isNextDue ? 1 : 0) };
}

/** Whether the last replica would stay: that it has made room already is no proof that none is needed. */
function stays({ scaling }: EndpointRow, { now, lastActiveAt }: EndpointFacts): boolean {
  return lastActiveAt !== null && now - lastActiveAt < scaling.scaledownPeriodSeconds * 1000;
}

/** Whether old replicas make room for new ones: as it was said, or because no place had room for both. */
function replaces({ scaling }: EndpointRow, next: number, { shortOfRoom }: EndpointFacts): boolean {
  switch (scaling.rollout) {
    case "replace":
      return true;
    case "surge":
      return false;
    case "auto":
      return shortOfRoom.has(next);
  }
}

/** A replica that fails on one profile may start on another; who refuses it everywhere, or stops answering, is not asked twice. */
function whyFailed(
  row: EndpointRow,
  next: number,
  { own, broken, old }: Record<"own" | "broken" | "old", readonly Replica[]>,
  { now, failures, lackOfRoom, profilesOf }: EndpointFacts,
  lastEndAt: number,
): string | undefined {
  const sick = own.find((replica) => isSick(replica, now));
  if (sick !== undefined) return `${sick.name} does not answer any more`;
  const profiles = profilesOf(next);
  const starts = failures.get(next);
  const lack = lackOfRoom.get(next);
  const makesRoom =
    row.scaling.rollout !== "surge" && old.some(({ profile }) => lack?.profiles.includes(profile) === true);
  // what has just made room was not tried yet
  const isShort = lack !== undefined && !makesRoom && lack.at >= lastEndAt;
  const refusal = starts?.last.isRefusal === true ? starts.last.reason : isShort ? lack.reason : undefined;
  const isBroken =
    broken.length > 0 && profiles.every((name) => broken.some(({ profile }) => profile === name));
  if (refusal === undefined && !isBroken) return undefined;
  if (refusal === undefined && profiles.length < 2) return broken[0]?.failure ?? undefined;
  const reasons = broken.map(({ profile, failure }) => `${profile}: ${failure}`);
  return [...reasons, ...(refusal === undefined ? [] : [refusal])].join("; ");
}

/** When the last of the old ones ended. */
function lastEnd({ currentDeployment }: EndpointRow, replicas: readonly Replica[]): number {
  const ends = replicas.filter(({ deployment }) => deployment === currentDeployment);
  return Math.max(...ends.map(({ endedAt }) => endedAt ?? -Infinity), -Infinity);
}

function isLive({ phase }: Replica): boolean {
  return phase === "starting" || phase === "ready";
}
