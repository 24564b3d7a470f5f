import { durationInWords } from "@berth/api/wall-time";
import { startPauseMs } from "./start-failures.ts";

/** How many replicas an endpoint may have, and when it has too few or too many: whole numbers, `min` no more than `max`. */
export interface ScalingPolicy {
  readonly min: number;
  readonly max: number;
  /** How long fewer must have been enough before there are fewer; and how long after its last work the last one stays. */
  readonly scaledownPeriodMs: number;
  /** Requests, waiting or worked on, that one replica is meant to have. */
  readonly targetPending: number;
  /** What waits is to be begun within so long, once replicas run; `null`: no such promise. */
  readonly queueDelayMs: number | null;
  /** Requests that one replica works on at once; `null`: not known. */
  readonly concurrency: number | null;
}

/** What is seen of an endpoint at one moment. Times are one clock's. */
export interface EndpointSight {
  readonly now: number;
  readonly ready: number;
  /** But for those that have waited too long to be counted on. */
  readonly starting: number;
  readonly inFlight: number;
  /** Requests that are held, and jobs that could be claimed. */
  readonly waiting: number;
  readonly arrivalsPerSecond: number;
  /** Of these, what goes on coming as it seems. */
  readonly steadyPerSecond: number;
  /** How long a start takes; `null`: nobody knows. */
  readonly startMs: number | null;
  /** How long those that start have been starting, all together, but each no longer than a start takes. */
  readonly startedMs: number;
  /** What one replica with enough to do finishes in a second; `null`: none has had enough to do yet. */
  readonly donePerSecond: number | null;
  /** Ready replicas have as much to do as they can. */
  readonly isSaturated: boolean;
  /** When something was last waiting, worked on or done; `null`: never. */
  readonly lastActiveAt: number | null;
  /** In a row, each begun after the one before had failed; and when the last of them was. */
  readonly failedStarts: number;
  readonly lastFailedStartAt: number | null;
  /** Why no place had room for another, and when that was. */
  readonly lackOfRoom: LackOfRoom | null;
}

/** No place had room for another replica. */
export interface LackOfRoom {
  readonly at: number;
  /** Those that would have room if others went. */
  readonly profiles: readonly string[];
  readonly reason: string;
}

/** How many were needed at some moment. */
export interface Demand {
  readonly at: number;
  readonly replicas: number;
}

export interface ReplicaPlan {
  readonly replicas: number;
  /** As many, if starts did not fail and there were room for all. */
  readonly asked: number;
  /** For people: what it was made from. */
  readonly reason: string;
  /** To be handed in next time: the highest needs within the scaledown period, falling. */
  readonly demands: readonly Demand[];
}

/** Fewer are tried only if they would be this busy at most: else they would be too few, and more again, for ever. */
const busyAtMost = 0.8;

/** Whether there is room by now is tried so often. */
export const roomPauseMs = 10_000;

/**
 * Decides how many replicas there should be; the same sight and memory give the same plan. `demandsBefore`: the last plan's;
 * after a restart one need of as many as there are, so that nobody forgets in a moment what was seen for long.
 */
export function planReplicas(
  policy: ScalingPolicy,
  sight: EndpointSight,
  demandsBefore: readonly Demand[],
): ReplicaPlan {
  const now = demanded(policy, sight);
  const demands = remember(
    demandsBefore,
    { at: sight.now, replicas: now.replicas },
    policy.scaledownPeriodMs,
  );
  const highest = demands[0]?.replicas ?? now.replicas;
  const held = now.replicas >= had(sight) ? now : fewer(policy, sight, now, highest);
  const wish = within(policy, held);
  return { ...asFarAsThereIsRoom(sight, backOff(sight, wish)), asked: wish.replicas, demands };
}

interface Wish {
  readonly replicas: number;
  readonly reason: string;
}

function demanded(policy: ScalingPolicy, sight: EndpointSight): Wish {
  const { inFlight, waiting, donePerSecond, arrivalsPerSecond } = sight;
  const pending = inFlight + waiting;
  const wishes: Wish[] = [{ replicas: 0, reason: "nothing to do" }];
  if (pending > 0)
    wishes.push({
      replicas: Math.ceil(pending / policy.targetPending),
      reason: `${count(pending, "request")} pending, ${policy.targetPending} for each`,
    });
  const later = pendingLater(sight);
  if (later > pending)
    wishes.push({
      replicas: Math.ceil(later / policy.targetPending),
      reason: `${count(Math.ceil(later), "request")} pending when another is ready, ${policy.targetPending} for each`,
    });
  if (policy.concurrency !== null && inFlight > 0)
    wishes.push({
      replicas: Math.ceil(inFlight / policy.concurrency),
      reason: `${count(inFlight, "request")} in flight, ${policy.concurrency} at once in each`,
    });
  if (policy.queueDelayMs !== null && donePerSecond !== null && waiting > 0) {
    const perSecond = arrivalsPerSecond + (waiting * 1000) / policy.queueDelayMs;
    wishes.push({
      replicas: Math.ceil(perSecond / donePerSecond),
      reason: `${count(waiting, "request")} waiting, to be begun within ${inWords(policy.queueDelayMs)}`,
    });
  }
  const busy = donePerSecond === null ? 0 : Math.ceil(arrivalsPerSecond / (donePerSecond * busyAtMost));
  // how long the last one stays, its last work says
  if (busy > 1)
    wishes.push({
      replicas: Math.min(sight.ready + sight.starting, busy),
      reason: `fewer would have too much to do with ${arrivalsPerSecond.toFixed(1)} requests/s`,
    });
  return wishes.reduce((most, wish) => (wish.replicas > most.replicas ? wish : most));
}

/** What will be pending when a replica is ready that is ordered now, if what comes goes on; 0 where nobody can tell. */
function pendingLater(sight: EndpointSight): number {
  const { inFlight, waiting, steadyPerSecond, donePerSecond, startMs, startedMs, ready, isSaturated } = sight;
  if (donePerSecond === null || startMs === null) return 0;
  // those that keep up now do so later
  if (ready > 0 && !isSaturated) return 0;
  const come = (steadyPerSecond * startMs) / 1000;
  const done = (donePerSecond * (ready * startMs + startedMs)) / 1000;
  return inFlight + waiting + come - done;
}

/** Fewer than there are, as far as that has been enough for long. */
function fewer(policy: ScalingPolicy, sight: EndpointSight, now: Wish, highest: number): Wish {
  if (highest > now.replicas)
    return {
      replicas: Math.min(highest, sight.ready + sight.starting),
      reason: `${highest} ${highest === 1 ? "was" : "were"} needed within the last ${inWords(policy.scaledownPeriodMs)}`,
    };
  const idleMs = sight.lastActiveAt === null ? Infinity : sight.now - sight.lastActiveAt;
  if (now.replicas === 0 && idleMs < policy.scaledownPeriodMs)
    return { replicas: 1, reason: `the last request was ${inWords(idleMs)} ago` };
  if (now.replicas > 0 || had(sight) === 0) return now;
  return { replicas: 0, reason: `no request for ${inWords(policy.scaledownPeriodMs)}` };
}

function had({ ready, starting }: EndpointSight): number {
  return ready + starting;
}

function within({ min, max }: ScalingPolicy, wish: Wish): Wish {
  const least = Math.min(min, max);
  if (wish.replicas > max) return { replicas: max, reason: `${wish.reason}; ${max} at most` };
  if (wish.replicas < least) return { replicas: least, reason: `${wish.reason}; ${least} at least` };
  return wish;
}

/** Starts that fail are not repeated at once, and those that run are left alone. */
function backOff(sight: EndpointSight, wish: Wish): Wish {
  const there = had(sight);
  const { failedStarts, lastFailedStartAt } = sight;
  if (failedStarts === 0 || lastFailedStartAt === null || wish.replicas <= there) return wish;
  const pauseMs = startPauseMs(failedStarts);
  // also where the clock went back
  const leftMs = Math.min(lastFailedStartAt + pauseMs - sight.now, pauseMs);
  const failed = `${count(failedStarts, "start")} failed in a row`;
  if (leftMs > 0)
    return { replicas: there, reason: `${failed}: the next is tried in ${inWords(leftMs)} (${wish.reason})` };
  // one tells whether it works again
  if (sight.starting > 0) return { replicas: there, reason: `${failed}: one is tried (${wish.reason})` };
  return { replicas: there + 1, reason: `${failed}: trying one (${wish.reason})` };
}

function asFarAsThereIsRoom(sight: EndpointSight, wish: Wish): Wish {
  const there = had(sight);
  const { lackOfRoom: lack, now } = sight;
  if (lack === null || wish.replicas <= there || now - lack.at >= roomPauseMs) return wish;
  return { replicas: there, reason: `${wish.reason}; there is no room for another: ${lack.reason}` };
}

/** Of needs that a later one exceeds nothing need be known. */
function remember(before: readonly Demand[], now: Demand, periodMs: number): readonly Demand[] {
  const kept = before.filter(
    ({ at, replicas }) => at > now.at - periodMs && at <= now.at && replicas > now.replicas,
  );
  return [...kept, now];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function inWords(ms: number): string {
  return durationInWords(ms / 1000);
}
