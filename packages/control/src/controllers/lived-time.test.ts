import type { Clock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { LivedTime } from "./lived-time.ts";

function clocks(): { clock: Clock; pass: (wallMs: number, steadyMs?: number) => void; now: () => number } {
  let wall = 1_000_000;
  let steady = 5_000;
  return {
    clock: { now: () => wall, monotonic: () => steady, sleep: () => Promise.resolve() },
    pass: (wallMs, steadyMs = wallMs) => {
      wall += wallMs;
      steady += steadyMs;
    },
    now: () => wall,
  };
}

const hours = 3_600_000;

// one row, one line
// oxfmt-ignore
test.each([
  ["an ordinary minute", 60_000, 60_000, 0],
  ["a laptop's sleep of twelve hours", 12 * hours, 1_000, 12 * hours - 1_000],
  ["a process frozen for twelve hours", 12 * hours, 12 * hours, 12 * hours - 90_000],
  ["a clock set forward by an hour", hours + 1_000, 1_000, hours],
  ["a clock set back by an hour", 1_000 - hours, 1_000, -hours],
  ["a clock that drifts by a second", 61_000, 60_000, 0],
])("of %s, so much is lost", (_fact, wallMs, steadyMs, lostMs) => {
  const { clock, pass, now } = clocks();
  const lived = new LivedTime(clock);
  lived.note();
  const before = now();
  pass(wallMs, steadyMs);
  lived.note();
  const since = Math.min(before, now() - 1);
  expect(lived.lostMs(since)).toBe(lostMs + before - since);
  expect(lived.lostMs(Math.max(before, now()))).toBe(0);
});

test("losses add up, and those before do not count", () => {
  const { clock, pass, now } = clocks();
  const lived = new LivedTime(clock);
  lived.note();
  pass(hours, 0);
  lived.note();
  pass(10);
  const since = now();
  pass(hours, 0);
  lived.note();
  pass(hours, 0);
  lived.note();
  expect(lived.lostMs(since)).toBe(2 * hours);
});

test("what was before the server started is lost to it", () => {
  const { clock, now } = clocks();
  expect(new LivedTime(clock).lostMs(now() - 5_000)).toBe(5_000);
});
