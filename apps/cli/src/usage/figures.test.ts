import { expect, test } from "vitest";
import { money, shortCount, timeSpan } from "./figures.ts";

test.each([
  [0, "0"],
  [950, "950"],
  [1234, "1.2k"],
  [3_400_000, "3.4M"],
  [250_000_000, "250M"],
  [5e9, "5.0G"],
])("a count of %d is written %s", (count, text) => expect(shortCount(count)).toBe(text));

test.each([
  [null, "-"],
  [0, "-"],
  [12.345, "$12.35"],
  [0.05, "$0.050"],
  [0.00123, "$0.0012"],
  [0.00000014, "$0.00000014"],
])("%d dollars are written %s", (usd, text) => expect(money(usd)).toBe(text));

test.each([
  [null, "-"],
  [0.4, "<1 ms"],
  [12.3, "12 ms"],
  [1340, "1.3 s"],
  [300_000, "5 min"],
])("%d milliseconds are written %s", (ms, text) => expect(timeSpan(ms)).toBe(text));
