import type { EndpointRow } from "@berth/store";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { drained, leavesFirst } from "./leaving.ts";
import { lateOf, starts, type Overdue } from "./overdue.ts";
import { roomPauseMs, type LackOfRoom } from "./plan-replicas.ts";
import { isReady, isSick, type Replica } from "./replica.ts";

export interface RollOutPlan {
  readonly steps: readonly EndpointStep[];
  /** An old one that makes room. */
  readonly leaving: Replica | undefined;
  /** So many of the old, but for that one, are there at most; Infinity: as many as the endpoint needs. */
  readonly staying: number;
}

const nothing: RollOutPlan = { steps: [], leaving: undefined, staying: Infinity };

/** What there is of both deployments. */
interface Both {
  readonly next: number;
  /** Of the new one, live. */
  readonly own: readonly Replica[];
  readonly ready: number;
  /** Of the new one, by their own fault. */
  readonly broken: readonly Replica[];
  /** Of the old one, also those that are about to go. */
  readonly old: readonly Replica[];
  readonly staying: readonly Replica[];
  /** When the last of the old ones ended. */
  readonly lastEndAt: number;
}

/** What is done about the deployment that is being rolled out, where `planned` replicas are to be there. */
export function planRollOut(
  row: EndpointRow,
  replicas: readonly Replica[],
  planned: number,
  facts: EndpointFacts,
): RollOutPlan {
  const next = row.nextDeployment;
  if (next === null) return nothing;
  const both = bothOf(row, next, replicas);
  const { own, ready, broken, staying } = both;
  const lack = facts.lackOfRoom.get(next);
  const isFull = lack !== undefined && lack.at >= both.lastEndAt && !canMakeRoom(row, both, lack);
  const late = lateOf(row, own, next, facts);
  const there = own.length - late.replicas.size;
  // as many as there is room for will do, where no fewer answer than before
  const isEnough = isFull && there > 0 && there >= staying.length;
  // who waits for his turn may get it, as long as others answer
  const mayCome = late.replicas.size > 0 && staying.length > 0;
  const reason = whyFailed(both, isFull && !isEnough && !mayCome ? lack.reason : undefined, facts);
  if (reason !== undefined) {
    const stops = own.map(({ id }): EndpointStep => ({ kind: "stop", replica: id }));
    const step: EndpointStep = { kind: "conclude", deployment: next, status: "FAILED", reason };
    return { ...nothing, steps: [step, ...stops] };
  }
  const isNeeded =
    staying.length + own.length + facts.inFlight + facts.waiting > 0 ||
    facts.isWoken ||
    (replaces(row, facts) && stays(row, facts));
  const needed = Math.min(Math.max(planned, isNeeded ? 1 : 0), row.scaling.max);
  if (ready >= (isEnough ? Math.min(there, needed) : needed)) {
    const told = needed === 0 ? "no replica is needed yet: the next call starts one" : count(ready, needed);
    const done = ready < needed ? `${told}; there is no room for another: ${lack?.reason}` : told;
    const step: EndpointStep = { kind: "conclude", deployment: next, status: "COMPLETED", reason: done };
    return { ...nothing, steps: [step], staying: staying.length };
  }
  const except = new Set([...late.profiles, ...broken.map(({ profile }) => profile)]);
  const hasOther = facts.profilesOf(next).some((profile) => !except.has(profile));
  const missing = needed - there;
  const places = { profiles: except, hasOther };
  return replaces(row, facts)
    ? inTheirPlace(row, both, needed, missing, places, facts)
    : {
        ...nothing,
        steps: starts(next, lack === undefined ? missing : triesOf(lack, missing, facts), places),
      };
}

/** Whether old replicas make room for new ones: as it was said, or because no place had room for both. */
export function replaces({ scaling, nextDeployment }: EndpointRow, { shortOfRoom }: EndpointFacts): boolean {
  switch (scaling.rollout) {
    case "replace":
      return nextDeployment !== null;
    case "surge":
      return false;
    case "auto":
      return nextDeployment !== null && shortOfRoom.has(nextDeployment);
  }
}

/** New ones go where there is a place left, then one old after the other goes for one, or for several, that need its place. */
function inTheirPlace(
  row: EndpointRow,
  both: Both,
  needed: number,
  missing: number,
  places: Pick<Overdue, "profiles" | "hasOther">,
  facts: EndpointFacts,
): RollOutPlan {
  const { next, ready, old, staying, lastEndAt } = both;
  const lack = facts.lackOfRoom.get(next);
  const isComing = facts.coming.has(next);
  // whoever waits for his turn holds no place
  const late = lateOf(row, staying, row.currentDeployment ?? next, facts).replicas;
  const well = staying.filter((replica) => !isSick(replica, facts.now));
  const fit = well.filter((replica) => !late.has(replica));
  const room = missing - (old.length - late.size);
  const free = isComing ? Math.max(1, room) : room;
  const due = lack === undefined ? Math.min(missing, free) : triesOf(lack, missing, facts);
  // what has been started is ready, and what has gone was tried, before another goes
  const isSettled = ready === needed - missing && old.length === well.length;
  const isShort = lack === undefined ? room <= 0 : lack.at >= lastEndAt;
  const leaving =
    missing > 0 && isSettled && isShort && !isComing
      ? well.filter(({ profile }) => lack?.profiles.includes(profile) ?? true).toSorted(leavesFirst)[0]
      : undefined;
  const left = fit.filter((replica) => replica !== leaving).length;
  // while its model is on its way, the old ones have its places
  const most = isComing ? Math.max(left, missing) : left;
  return {
    steps: [...starts(next, due, places), ...drained(leaving === undefined ? [] : [leaving])],
    leaving,
    staying: Math.max(0, Math.min(most, needed - ready)),
  };
}

/** Whether there is room by now is tried with one, and not at every look. */
function triesOf(lack: LackOfRoom, missing: number, { now }: EndpointFacts): number {
  return now - lack.at >= roomPauseMs ? Math.min(missing, 1) : 0;
}

function canMakeRoom({ scaling }: EndpointRow, { old }: Both, lack: LackOfRoom): boolean {
  return scaling.rollout !== "surge" && old.some(({ profile }) => lack.profiles.includes(profile));
}

/** Whether the last replica would stay: that it has made room already is no proof that none is needed. */
function stays({ scaling }: EndpointRow, { now, lastActiveAt }: EndpointFacts): boolean {
  return lastActiveAt !== null && now - lastActiveAt < scaling.scaledownPeriodSeconds * 1000;
}

/** A replica that fails on one profile may start on another; who refuses it everywhere, or stops answering, is not asked twice. */
function whyFailed(
  { next, own, broken }: Both,
  noRoom: string | undefined,
  { now, failures, profilesOf }: EndpointFacts,
): string | undefined {
  const sick = own.find((replica) => isSick(replica, now));
  if (sick !== undefined) return `${sick.name} does not answer any more`;
  const profiles = profilesOf(next);
  const last = failures.get(next)?.last;
  const refusal = last?.isRefusal === true ? last.reason : noRoom;
  const isBroken =
    broken.length > 0 && profiles.every((name) => broken.some(({ profile }) => profile === name));
  if (refusal === undefined && !isBroken) return undefined;
  if (refusal === undefined && profiles.length < 2) return broken[0]?.failure ?? undefined;
  const reasons = broken.map(({ profile, failure }) => `${profile}: ${failure}`);
  return [...reasons, ...(refusal === undefined ? [] : [refusal])].join("; ");
}

function bothOf({ currentDeployment }: EndpointRow, next: number, replicas: readonly Replica[]): Both {
  const ofNext = replicas.filter(({ deployment }) => deployment === next);
  const ofCurrent = replicas.filter(({ deployment }) => deployment === currentDeployment);
  const own = ofNext.filter(isLive);
  return {
    next,
    own,
    ready: own.filter(isReady).length,
    broken: ofNext.filter(({ failure }) => failure !== null),
    old: ofCurrent.filter(({ phase }) => phase !== "ended"),
    staying: ofCurrent.filter((replica) => isLive(replica) && replica.drainingSince === null),
    lastEndAt: Math.max(...ofCurrent.map(({ endedAt }) => endedAt ?? -Infinity), -Infinity),
  };
}

function isLive({ phase }: Replica): boolean {
  return phase === "starting" || phase === "ready";
}

function count(ready: number, needed: number): string {
  return `${ready} of ${needed} replicas are ready`;
}
