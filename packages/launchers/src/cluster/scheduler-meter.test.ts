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

test("what cannot wait is counted, and uses up nothing", () => {
  const meter = new SchedulerMeter(new FakeClock(), 2);
  meter.record(3);
  expect([meter.total, meter.lastMinute, meter.take(2), meter.total]).toEqual([3, 0, true, 5]);
});

test("a watch that begins when all is used up has its share all the same, and keeps it", async () => {
  const clock = new FakeClock();
  const meter = new SchedulerMeter(clock);
  expect([meter.takeToLook(6), meter.take(), meter.take(), meter.take()]).toEqual([true, true, true, false]);
  await clock.advance(60_000);
  expect([meter.takeToLook(6), meter.takeToLook(4)]).toEqual([true, false]);
});

test("nothing of the reserve is taken while the watch asks", async () => {
  const meter = new SchedulerMeter(new FakeClock());
  expect([meter.take(), meter.takeToLook(4), meter.takeToLook(3), meter.take(2), meter.take()]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});
