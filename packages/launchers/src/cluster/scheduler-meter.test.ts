import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { SchedulerMeter } from "./scheduler-meter.ts";

test("six calls a minute, all of a request or none, and the oldest make room again", async () => {
  const clock = new FakeClock();
  const meter = new SchedulerMeter(clock);
  expect(meter.take(4)).toBe(true);
  await clock.advance(30_000);
  expect(meter.take(3)).toBe(false);
  expect(meter.take(2)).toBe(true);
  expect(meter.take()).toBe(false);
  await clock.advance(30_000);
  expect(meter.lastMinute).toBe(2);
  expect(meter.take(4)).toBe(true);
  expect(meter.total).toBe(10);
});

test("what cannot wait is counted too", () => {
  const meter = new SchedulerMeter(new FakeClock(), 2);
  meter.record(3);
  expect([meter.lastMinute, meter.take()]).toEqual([3, false]);
});
