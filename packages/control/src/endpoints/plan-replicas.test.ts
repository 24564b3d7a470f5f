import { describe, expect, test } from "vitest";
import { servedAt, simulate, turnsOf, type World } from "../testing/simulate-endpoint.ts";
import { planReplicas, type EndpointSight, type ScalingPolicy } from "./plan-replicas.ts";

const policy: ScalingPolicy = {
  min: 0,
  max: 10,
  scaledownPeriodMs: 900_000,
  targetPending: 100,
  queueDelayMs: null,
  concurrency: null,
};
const sight: EndpointSight = {
  now: 10_000_000,
  ready: 0,
  starting: 0,
  inFlight: 0,
  waiting: 0,
  arrivalsPerSecond: 0,
  steadyPerSecond: 0,
  startMs: null,
  startedMs: 0,
  donePerSecond: null,
  isSaturated: false,
  lastActiveAt: null,
  failedStarts: 0,
  lastFailedStartAt: null,
  lackOfRoom: null,
};

describe("at one moment there should be", () => {
  test.each<[string, Partial<EndpointSight>, Partial<ScalingPolicy>, number, RegExp]>([
    ["none where nothing was ever asked", {}, {}, 0, /^nothing to do$/],
    ["one for the first request", { waiting: 1 }, {}, 1, /^1 request pending, 100 for each$/],
    ["all that a backlog needs at once", { waiting: 450 }, {}, 5, /^450 requests pending/],
    ["no more than are allowed", { waiting: 10_000 }, {}, 10, /; 10 at most$/],
    ["as many as must be there at least", {}, { min: 2 }, 2, /; 2 at least$/],
    [
      "enough for what is in flight",
      { ready: 1, inFlight: 9 },
      { concurrency: 2 },
      5,
      /9 requests in flight, 2 at once/,
    ],
    [
      "enough to begin what waits in time",
      { ready: 1, waiting: 60, donePerSecond: 2, arrivalsPerSecond: 4 },
      { queueDelayMs: 10_000 },
      5,
      /60 requests waiting, to be begun within 10 s/,
    ],
    [
      "enough for what will be pending when they are ready",
      {
        ready: 1,
        inFlight: 100,
        isSaturated: true,
        steadyPerSecond: 12,
        donePerSecond: 10,
        startMs: 600_000,
      },
      {},
      10,
      /^1300 requests pending when another is ready, 100 for each; 10 at most/,
    ],
    [
      "no more, where those that start will be there before",
      {
        ready: 1,
        starting: 3,
        startedMs: 3 * 400_000,
        waiting: 100,
        steadyPerSecond: 20,
        donePerSecond: 10,
        isSaturated: true,
        startMs: 600_000,
      },
      {},
      1,
      /^100 requests pending/,
    ],
    [
      "no more, where those that are there keep up",
      { ready: 1, inFlight: 20, steadyPerSecond: 12, donePerSecond: 10, startMs: 600_000 },
      {},
      1,
      /^20 requests pending, /,
    ],
    [
      "no more for a burst than for what it is",
      { waiting: 100, arrivalsPerSecond: 100, donePerSecond: 10, startMs: 600_000 },
      {},
      1,
      /^100 requests pending, /,
    ],
    [
      "the last one, a while after its last work",
      { ready: 1, lastActiveAt: 9_200_000 },
      {},
      1,
      /last request was 13 minutes 20 seconds ago/,
    ],
    ["none, long after it", { ready: 1, lastActiveAt: 9_100_000 }, {}, 0, /no request for 15 minutes/],
    [
      "no fewer than the arrivals need",
      { ready: 3, inFlight: 20, arrivalsPerSecond: 17, donePerSecond: 10, lastActiveAt: 10_000_000 },
      {},
      3,
      /fewer would have too much to do with 17.0 requests\/s/,
    ],
    [
      "no more while starts fail",
      { waiting: 300, starting: 1, failedStarts: 2, lastFailedStartAt: 9_995_000 },
      {},
      1,
      /2 starts failed in a row: the next is tried in 15 seconds/,
    ],
    [
      "no more for longer than the pause where the clock went back",
      { waiting: 300, failedStarts: 1, lastFailedStartAt: 99_000_000 },
      {},
      0,
      /the next is tried in 10 s/,
    ],
    [
      "none for a little that came a while ago",
      { ready: 1, arrivalsPerSecond: 0.02, donePerSecond: 10 },
      {},
      0,
      /no request for/,
    ],
    [
      "one more to see whether they work again",
      { waiting: 300, failedStarts: 2, lastFailedStartAt: 9_000_000 },
      {},
      1,
      /trying one/,
    ],
  ])("%s", (_fact, seen, wanted, replicas, reason) => {
    const plan = planReplicas({ ...policy, ...wanted }, { ...sight, ...seen }, []);
    expect([plan.replicas, plan.reason]).toEqual([replicas, expect.stringMatching(reason)]);
  });

  test("as many as were needed within the scaledown period, and then fewer", () => {
    const before = [
      { at: 9_200_000, replicas: 4 },
      { at: 9_500_000, replicas: 2 },
    ];
    const seen = { ...sight, ready: 4, inFlight: 50, lastActiveAt: sight.now };
    const plans = [0, 101_000, 401_000].map((later) =>
      planReplicas(policy, { ...seen, now: sight.now + later }, before),
    );
    expect(plans.map(({ replicas }) => replicas)).toEqual([4, 2, 1]);
    expect(plans[0]?.reason).toBe("4 were needed within the last 15 minutes");
  });
});

describe("over time", () => {
  const world: World = {
    policy,
    arrivals: () => 0,
    donePerSecond: 10,
    startSeconds: 30,
    seconds: 7200,
  };
  const burst = (second: number): number => (second === 10 ? 10_000 : 0);

  test.each([5, 30, 600])("a burst of 10,000 is served as fast as starts of %i s allow", (startSeconds) => {
    const moments = simulate({ ...world, arrivals: burst, startSeconds });
    const best = 10 + startSeconds + 10_000 / (policy.max * world.donePerSecond);
    expect((servedAt(moments) - 10) / (best - 10)).toBeLessThan(1.25);
    // one step up; down when all of it is long over
    expect(turnsOf(moments).up).toBe(1);
    expect(moments.at(-1)?.ready).toBe(0);
  });

  test.each([1, 7, 15, 35, 79, 95])(
    "constant load of %i requests/s finds its number and keeps it",
    (perSecond) => {
      const moments = simulate({ ...world, arrivals: () => perSecond, seconds: 6 * 3600 });
      const settled = moments.slice(3600);
      expect(turnsOf(settled).up).toBe(0);
      // what the beginning heaped up may have needed more
      expect(turnsOf(settled).down).toBeLessThanOrEqual(1);
      const last = moments.at(-1);
      expect((last?.ready ?? 0) * world.donePerSecond).toBeGreaterThanOrEqual(perSecond);
      expect(last?.pending).toBeLessThanOrEqual(policy.targetPending * (last?.ready ?? 0));
    },
  );

  test.each([1, 4])(
    "jobs of which each replica gets %i at once are begun in time, once one was seen",
    (slots) => {
      const jobs = {
        ...world,
        policy: { ...policy, targetPending: 1_000 },
        arrivals: (second: number) => (second === 10 ? 600 : 0),
        donePerSecond: 0.5,
        slots,
      };
      const inTime = simulate({ ...jobs, policy: { ...jobs.policy, queueDelayMs: 120_000 } });
      // one would take 20 minutes
      expect(servedAt(simulate(jobs))).toBeGreaterThan(1_200);
      expect(servedAt(inTime)).toBeLessThan(10 + 2 * world.startSeconds + 10 + 120);
      expect(turnsOf(inTime)).toEqual({ up: 2, down: expect.any(Number) });
    },
  );

  test("where starts take ten minutes, load that begins is served nearly as soon as by who knew of it", () => {
    const begins = 2_000;
    const moments = simulate({
      ...world,
      policy: { ...policy, targetPending: 2_000, concurrency: 20 },
      // the first tell how fast a replica is, and how long it takes to start
      arrivals: (second) => (second === 10 ? 500 : second >= begins && second < begins + 3_000 ? 40 : 0),
      startSeconds: 600,
    });
    const known = begins + 600 + (600 * 40) / (policy.max * world.donePerSecond - 40);
    const served =
      moments.find(({ second, pending }) => second > begins + 600 && pending <= 40)?.second ?? Infinity;
    expect((served - begins) / (known - begins)).toBeLessThan(1.25);
    const all = moments.find(({ second, plan }) => second > begins && plan.replicas === policy.max);
    expect(all?.second).toBeLessThanOrEqual(begins + 60);
  });

  test.each([1, 7, 15, 35, 79, 95])(
    "constant load of %i requests/s finds its number and keeps it where starts take ten minutes, too",
    (perSecond) => {
      const moments = simulate({ ...world, arrivals: () => perSecond, startSeconds: 600, seconds: 6 * 3600 });
      const settled = moments.slice(2 * 3600);
      expect(turnsOf(settled).up).toBe(0);
      expect(turnsOf(settled).down).toBeLessThanOrEqual(1);
      const { ready = 0, pending = 0 } = moments.at(-1) ?? {};
      expect(ready * world.donePerSecond).toBeGreaterThanOrEqual(perSecond);
      expect(pending).toBeLessThanOrEqual(policy.targetPending * ready);
    },
  );

  test("a sawtooth shorter than the scaledown period moves nothing once it is known", () => {
    const moments = simulate({ ...world, arrivals: (second) => (second % 600) / 8, seconds: 4 * 3600 });
    expect(turnsOf(moments.slice(3600))).toEqual({ up: 0, down: 0 });
  });

  test("a trickle keeps one, and with longer pauses wakes one each time", () => {
    const every = (pause: number) =>
      simulate({ ...world, arrivals: (second) => (second % pause === 5 ? 1 : 0) });
    expect(turnsOf(every(600))).toEqual({ up: 1, down: 0 });
    expect(turnsOf(every(1800))).toEqual({ up: 4, down: 4 });
    expect(Math.max(...every(1800).map(({ plan }) => plan.replicas))).toBe(1);
  });

  test("starts that fail are tried one by one and ever more seldom, and all of them when one works", () => {
    const moments = simulate({ ...world, arrivals: burst, fails: (second) => second < 1500 });
    const begun = moments.filter(({ plan, ready, starting }) => plan.replicas > ready + starting);
    const pauses = begun.map(({ second }, index) => second - (begun[index - 1]?.second ?? 10));
    expect(begun.map(({ plan, ready, starting }) => plan.replicas - ready - starting)).toEqual([
      10, 1, 1, 1, 1, 1, 1, 1, 1, 9,
    ]);
    expect(pauses).toEqual([0, 40, 50, 70, 110, 190, 350, 630, 630, 30]);
    expect(servedAt(moments)).toBeLessThan(2300);
  });

  test("whatever comes, no replica is taken that requests in flight need, and bounds hold", () => {
    let seed = 1;
    const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round += 1) {
      const bounds = { min: Math.floor(chance() * 3), max: 3 + Math.floor(chance() * 10) };
      const concurrency = 1 + Math.floor(chance() * 8);
      const moments = simulate({
        policy: {
          ...policy,
          ...bounds,
          concurrency,
          scaledownPeriodMs: 60_000,
          targetPending: 1 + chance() * 50,
        },
        arrivals: () => (chance() < 0.1 ? Math.floor(chance() * 200) : Math.floor(chance() * 3)),
        donePerSecond: 1 + chance() * 20,
        startSeconds: Math.floor(chance() * 100),
        fails: () => chance() < 0.1,
        seconds: 2000,
      });
      for (const { ready, starting, pending, plan } of moments) {
        expect(plan.replicas).toBeLessThanOrEqual(bounds.max);
        const inFlight = Math.min(pending, ready * concurrency);
        expect(plan.replicas).toBeGreaterThanOrEqual(
          Math.min(Math.ceil(inFlight / concurrency), ready + starting),
        );
      }
    }
  });
});
