import { describe, expect, test } from "vitest";
import { EndpointMeter, isSaturated } from "./endpoint-meter.ts";

const idle = { arrived: 0, finished: 0, ready: 1, busy: 0, isSaturated: false };
const full = { arrived: 1_000, ready: 2, busy: 2, isSaturated: true };

test("arrivals are counted over the last minute", () => {
  const meter = new EndpointMeter();
  for (let second = 0; second <= 120; second += 1)
    meter.note({ ...idle, at: second * 1000, arrived: second <= 60 ? second * 10 : 600 });
  expect(meter.arrivalsPerSecond(60_000)).toBeCloseTo(0);
  const busy = new EndpointMeter();
  for (let second = 0; second <= 90; second += 1)
    busy.note({ ...idle, at: second * 1000, arrived: second * 10 });
  expect(busy.arrivalsPerSecond(90_000)).toBeCloseTo(10);
});

test("what goes on coming is what has come in each third of the last minute", () => {
  const steady = new EndpointMeter();
  const burst = new EndpointMeter();
  for (let second = 0; second <= 90; second += 1) {
    steady.note({ ...idle, at: second * 1000, arrived: second * 10 });
    burst.note({ ...idle, at: second * 1000, arrived: second < 80 ? 0 : 600 });
  }
  expect(steady.steadyPerSecond(90_000)).toBeCloseTo(10);
  expect(burst.arrivalsPerSecond(90_000)).toBeCloseTo(10);
  expect(burst.steadyPerSecond(90_000)).toBe(0);
});

test("a replica's speed is measured while all have enough to do, and is remembered after", () => {
  const meter = new EndpointMeter();
  for (let second = 0; second <= 4; second += 1)
    meter.note({ ...full, at: second * 1000, finished: second * 6 });
  expect(meter.donePerSecond).toBeNull();
  meter.note({ ...full, at: 5_000, finished: 30 });
  expect(meter.donePerSecond).toBeCloseTo(3);
  meter.note({ ...idle, at: 6_000, arrived: 1_000, finished: 30 });
  expect(meter.donePerSecond).toBeCloseTo(3);
});

test("whoever counts may begin anew", () => {
  const meter = new EndpointMeter();
  meter.note({ ...idle, at: 0, arrived: 500, finished: 500 });
  meter.note({ ...idle, at: 1_000, arrived: 2, finished: 1 });
  meter.note({ ...idle, at: 2_000, arrived: 4, finished: 2 });
  expect(meter.arrivalsPerSecond(2_000)).toBeCloseTo(2);
});

test("a clock that goes back is no reason to measure what was before", () => {
  const meter = new EndpointMeter();
  for (let second = 0; second <= 30; second += 1)
    meter.note({ ...idle, at: 3_600_000 + second * 1000, arrived: second });
  for (let second = 0; second <= 30; second += 1)
    meter.note({ ...idle, at: second * 1000, arrived: 30 + second });
  expect(meter.arrivalsPerSecond(30_000)).toBeCloseTo(1);
});

describe("a speed", () => {
  /** Two replicas that did 0.1 a second each, by the time 20 s. */
  function slow(): EndpointMeter {
    const meter = new EndpointMeter();
    for (let second = 0; second <= 20; second += 1)
      meter.note({ ...full, at: second * 1000, finished: second * 0.2 });
    expect(meter.donePerSecond).toBeCloseTo(0.1);
    return meter;
  }

  test("is that of the replicas there were, and of no others", () => {
    const meter = slow();
    meter.forgetSpeed();
    expect(meter.donePerSecond).toBeNull();
    meter.note({ ...full, at: 21_000, finished: 4.2 });
    expect(meter.donePerSecond).toBeNull();
    for (let second = 22; second <= 27; second += 1)
      meter.note({ ...full, at: second * 1000, finished: 4.2 + (second - 21) * 20 });
    expect(meter.donePerSecond).toBeCloseTo(10);
  });

  test("is at least what replicas do in ten minutes of having little to do", () => {
    const meter = slow();
    // one of both is busy half of the time, and finishes four a second then
    for (let second = 21; second <= 20 + 11 * 60; second += 1)
      meter.note({
        ...full,
        at: second * 1000,
        finished: 4 + (second - 20) * 2,
        busy: second % 2,
        isSaturated: false,
      });
    expect(meter.donePerSecond).toBeGreaterThan(3);
    expect(meter.donePerSecond).toBeLessThan(4);
  });

  test("is none that replicas were never seen to have", () => {
    const meter = new EndpointMeter();
    for (let second = 0; second <= 1_300; second += 1)
      meter.note({ ...idle, at: second * 1000, finished: second });
    expect(meter.donePerSecond).toBeNull();
  });
});

const delayed = { queued: 9, ready: 0, running: 2 };

test.each<[string, Partial<Parameters<typeof isSaturated>[0]>, boolean]>([
  ["as many requests as they take at once", { inFlight: 8 }, true],
  ["fewer", { inFlight: 7 }, false],
  ["a job each, and more wait", { inFlight: 2, jobs: { ready: 1, running: 2 } }, true],
  [
    "a job each, one of them on its way, and more wait",
    { inFlight: 1, jobs: { ready: 1, running: 2 } },
    true,
  ],
  ["a job each, and the others are for later", { inFlight: 2, jobs: delayed }, false],
  ["a job each, and no more wait", { inFlight: 2, jobs: { ready: 0, running: 2 } }, false],
  [
    "jobs that wait for somebody to be ready",
    { ready: 0, slots: 0, enough: 0, jobs: { ready: 9, running: 0 } },
    false,
  ],
])("whether replicas have enough to do: %s", (_fact, given, expected) => {
  const seen = { ready: 2, inFlight: 0, jobs: { ready: 0, running: 0 }, slots: 2, enough: 8 };
  expect(isSaturated({ ...seen, ...given })).toBe(expected);
});
