import { expect, test } from "vitest";
import { briefTime, clockTime, relativeTime } from "./relative-time.ts";

const now = 1_795_000_000_000;
const hour = 3_600_000;

test.for([
  [0, "just now", "now"],
  [-999, "just now", "now"],
  [-7000, "7 sec ago", "7s"],
  [-60_000, "1 min ago", "1m"],
  [-hour, "1 hour ago", "1h"],
  [-7.9 * hour, "7 hours ago", "7h"],
  [-24 * hour, "1 day ago", "1d"],
  [-49 * hour, "2 days ago", "2d"],
  [30 * 24 * hour - 800, "in 30 days", "30d"],
] as const)("%i ms from now is %s", ([ms, long, brief]) => {
  expect(relativeTime(now + ms, now)).toBe(long);
  expect(briefTime(now + ms, now)).toBe(brief);
});

test.for([
  [51, "0:51"],
  [61.4, "1:01"],
  [3723, "1:02:03"],
  [-1, "0:00"],
] as const)("%d s on a clock is %s", ([seconds, text]) => {
  expect(clockTime(seconds)).toBe(text);
});
