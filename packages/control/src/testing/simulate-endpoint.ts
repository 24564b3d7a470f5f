import { EndpointMeter, isSaturated } from "../endpoints/endpoint-meter.ts";
import {
  planReplicas,
  type EndpointSight,
  type Demand,
  type ReplicaPlan,
  type ScalingPolicy,
} from "../endpoints/plan-replicas.ts";

/** A world for the scaler: what comes, how fast replicas are, and how long they take to start. */
export interface World {
  readonly policy: ScalingPolicy;
  /** Requests that come in that second. */
  readonly arrivals: (second: number) => number;
  /** Of each replica, when it has enough to do. */
  readonly donePerSecond: number;
  /** Requests that come are jobs, of which each replica gets so many at once; absent: they go to replicas as they come. */
  readonly slots?: number;
  readonly startSeconds: number;
  /** Whether a start that begins in that second fails, when it should be ready. */
  readonly fails?: (second: number) => boolean;
  readonly seconds: number;
}

export interface Moment {
  readonly second: number;
  readonly ready: number;
  readonly starting: number;
  readonly pending: number;
  readonly plan: ReplicaPlan;
}

/** Lives through it second by second, with the same decisions as the live controller. */
export function simulate(world: World): readonly Moment[] {
  const { policy, donePerSecond } = world;
  const moments: Moment[] = [];
  let starting: { readonly begunAt: number; readonly readyAt: number }[] = [];
  let ready = 0;
  let pending = 0;
  let failedStarts = 0;
  let lastFailedStartAt: number | null = null;
  let lastActiveAt: number | null = null;
  let [arrived, finished] = [0, 0];
  let hasStarted = false;
  const meter = new EndpointMeter();
  let demands: readonly Demand[] = [];
  for (let second = 0; second < world.seconds; second += 1) {
    const now = second * 1000;
    for (const { begunAt } of starting.filter(({ readyAt }) => readyAt <= second)) {
      if (world.fails?.(begunAt) === true) {
        if (lastFailedStartAt === null || begunAt * 1000 >= lastFailedStartAt) failedStarts += 1;
        lastFailedStartAt = now;
      } else {
        failedStarts = 0;
        ready += 1;
        hasStarted = true;
      }
    }
    starting = starting.filter(({ readyAt }) => readyAt > second);
    const come = world.arrivals(second);
    arrived += come;
    pending += come;
    if (pending > 0) lastActiveAt = now;
    const done = Math.min(pending, ready * donePerSecond);
    const slots = world.slots ?? policy.concurrency ?? 1_000;
    const inFlight = Math.min(pending, ready * slots);
    const jobs = { ready: world.slots === undefined ? 0 : pending - inFlight, running: 0 };
    const enough = ready * (policy.concurrency ?? policy.targetPending);
    meter.note({
      at: now,
      arrived,
      finished,
      ready,
      busy: Math.min(inFlight, ready),
      isSaturated: isSaturated({ ready, inFlight, jobs, slots: ready * slots, enough }),
    });
    const sight: EndpointSight = {
      now,
      ready,
      starting: starting.length,
      inFlight,
      waiting: pending - inFlight,
      arrivalsPerSecond: meter.arrivalsPerSecond(now),
      steadyPerSecond: meter.steadyPerSecond(now),
      startMs: hasStarted ? world.startSeconds * 1000 : null,
      startedMs: starting.reduce((sum, { begunAt }) => sum + (second - begunAt) * 1000, 0),
      donePerSecond: meter.donePerSecond,
      isSaturated: meter.isSaturated,
      lastActiveAt,
      failedStarts,
      lastFailedStartAt,
      lackOfRoom: null,
    };
    const plan = planReplicas(policy, sight, demands);
    demands = plan.demands;
    moments.push({ second, ready, starting: starting.length, pending, plan });
    pending -= done;
    finished += done;
    while (ready + starting.length < plan.replicas)
      starting.push({ begunAt: second, readyAt: second + world.startSeconds });
    while (ready + starting.length > plan.replicas) {
      if (starting.length > 0) starting.pop();
      else ready -= 1;
    }
  }
  return moments;
}

/** How often the plan went up, and how often down. */
export function turnsOf(moments: readonly Moment[]): { readonly up: number; readonly down: number } {
  let [up, down] = [0, 0];
  for (const [index, { plan }] of moments.entries()) {
    const before = moments[index - 1]?.plan.replicas ?? plan.replicas;
    if (plan.replicas > before) up += 1;
    if (plan.replicas < before) down += 1;
  }
  return { up, down };
}

/** The second in which nothing was pending any more after it once was; Infinity when that never came. */
export function servedAt(moments: readonly Moment[]): number {
  const begun = moments.findIndex(({ pending }) => pending > 0);
  return moments.find(({ second, pending }) => second > begun && pending === 0)?.second ?? Infinity;
}
