import { expect, test } from "vitest";
import { ClusterClock } from "./cluster-clock.ts";

const ours = 1_800_000_000_000;

test.each([0, 3600, -3600, 12 * 3600])(
  "times of a cluster whose clock is %d s off are told in ours",
  (off) => {
    const clock = new ClusterClock();
    clock.note(ours / 1000 + off, ours);
    expect(clock.toOurMs(ours / 1000 + off + 90)).toBe(ours + 90_000);
    expect(clock.shift(ours + off * 1000)).toBe(ours);
  },
);

test("what an answer takes does not move times that were told", () => {
  const clock = new ClusterClock();
  clock.note(ours / 1000 + 3600, ours);
  const before = clock.toOurMs(ours / 1000);
  clock.note(ours / 1000 + 3600, ours + 2_300);
  expect(clock.toOurMs(ours / 1000)).toBe(before);
});

test("a clock that was set right is followed", () => {
  const clock = new ClusterClock();
  clock.note(ours / 1000 + 3600, ours);
  clock.note(ours / 1000, ours);
  expect(clock.toOurMs(ours / 1000)).toBe(ours);
});
