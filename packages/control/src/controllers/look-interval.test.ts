import { expect, test } from "vitest";
import {
  absent,
  exited,
  healthy,
  now,
  pending,
  queued,
  running,
  starting,
  unhealthy,
  unknown,
} from "../testing/looks.ts";
import { lookAgainAfterMs } from "./look-interval.ts";

const later = (ms: number): number => now + ms;

// one row, one line
// oxfmt-ignore
test.each([
  ["just launched: at once", pending(), absent, now, 25],
  ["starting: often", starting(), running, later(2_000), 100],
  ["starting for minutes: twice a second", starting(), running, later(300_000), 500],
  ["in the queue: four times a second at first", pending(), queued, now, 250],
  ["in the queue for an hour: every five seconds", pending(), queued, later(3_600_000), 5_000],
  ["healthy: every second", healthy(), running, later(1e9), 1_000],
  ["unhealthy: twice a second", unhealthy(), running, later(1e9), 500],
  ["not to be seen: every five seconds", healthy({ unreachableSince: now }), unknown, now, 5_000],
  ["backing off: when the wait is over", pending({ retryAt: later(700) }), exited, now, 700],
  ["backing off, and it is over: now", pending({ retryAt: now }), exited, later(5), 0],
  ["ended: never", healthy({ status: "STOPPED" }), exited, now, undefined],
  ["failed: never", healthy({ status: "FAILED" }), absent, now, undefined],
])("%s", (_fact, row, observation, at, ms) => {
  expect(lookAgainAfterMs(row, observation, at, undefined)).toBe(ms);
});

// oxfmt-ignore
test.each([
  ["healthy", healthy(), running, now, 5_000],
  ["healthy, looked at in the middle of a second", healthy(), running, now + 217, 4_783],
  ["unhealthy", unhealthy(), running, now + 999, 4_001],
  ["not to be seen", healthy({ unreachableSince: now }), unknown, now + 500, 4_500],
])("on a cluster, %s: every five seconds, with all others of that second", (_fact, row, observation, at, ms) => {
  expect(lookAgainAfterMs(row, observation, at, 3)).toBe(ms);
});

test.each([
  [50, 5_000],
  [100, 10_000],
  [10_000, 60_000],
])("of %i services each is looked at every %i ms", (count, ms) => {
  expect(lookAgainAfterMs(healthy(), running, now, count)).toBe(ms);
});
