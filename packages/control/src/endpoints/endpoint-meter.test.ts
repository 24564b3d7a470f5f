import { expect, test } from "vitest";
import { EndpointMeter } from "./endpoint-meter.ts";

const idle = { arrived: 0, finished: 0, ready: 1, isSaturated: false };

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

test("a replica's speed is measured while all have enough to do, and is remembered after", () => {
  const meter = new EndpointMeter();
  for (let second = 0; second <= 4; second += 1)
    meter.note({ at: second * 1000, arrived: 1_000, finished: second * 6, ready: 2, isSaturated: true });
  expect(meter.donePerSecond).toBeNull();
  meter.note({ at: 5_000, arrived: 1_000, finished: 30, ready: 2, isSaturated: true });
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
