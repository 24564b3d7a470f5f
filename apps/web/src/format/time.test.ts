import { expect, test } from "vitest";
import {
  formatAgo,
  formatClock,
  formatMoment,
  formatRecent,
  formatSpan,
  formatExpected,
  formatRoughSpan,
} from "./time.ts";

test.each([
  [-1, "0 ms"],
  [840, "840 ms"],
  [1200, "1.2 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [356_400_000, "4 d 3 h"],
])("%d ms read %s", (span, text) => {
  expect(formatSpan(span)).toBe(text);
});

test.each([
  [0, "just now"],
  [-5000, "just now"],
  [45_000, "45 s ago"],
  [3_600_000, "1 h ago"],
  [200_000_000, "2 d ago"],
])("%d ms back is %s", (span, text) => {
  const now = 1_700_000_000_000;
  expect(formatAgo(now - span, now)).toBe(text);
});

test("a moment of another day carries its day", () => {
  const at = new Date(2026, 2, 14, 10, 53, 12).getTime();
  expect(formatClock(at)).toBe("10:53:12");
  expect(formatMoment(at)).toBe("2026-03-14 10:53:12");
  expect(formatRecent(at, at + 60_000)).toBe("10:53:12");
  expect(formatRecent(at, at + 86_400_000)).toBe("2026-03-14 10:53:12");
});

test.each([
  [new Date(2026, 2, 14, 23, 5, 59), "23:05"],
  [new Date(2026, 2, 15, 0, 39), "tomorrow 00:39"],
  [new Date(2026, 2, 16, 8, 0), "2026-03-16 08:00"],
])("%s is expected at %s", (at, text) => {
  expect(formatExpected(at.getTime(), new Date(2026, 2, 14, 10, 53).getTime())).toBe(text);
});

test.each([
  [4 * 60_000 + 20_000, "4 min 20 s"],
  [48 * 60_000 + 55_000, "49 min"],
  [125 * 60_000 + 1000, "2 h 5 min"],
])("%i ms are roughly %s", (spanMs, text) => {
  expect(formatRoughSpan(spanMs)).toBe(text);
});
