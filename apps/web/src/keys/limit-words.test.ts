import { expect, test } from "vitest";
import { amountWords } from "./budget-words.ts";
import { limitWords } from "./limit-words.ts";

test.each([
  [{}, ""],
  [{ parallel: 4 }, "4 at once"],
  [{ requestsPerMinute: 60, tokensPerMinute: 100_000 }, "60 requests/min · 100,000 tokens/min"],
])("%j reads %j", (limits, text) => {
  expect(limitWords(limits)).toBe(text);
});

test.each([
  [2.5, "usd", "$2.50"],
  [1_000_000, "tokens", "1,000,000 tokens"],
  [36.04, "gpu-seconds", "36 GPU-seconds"],
] as const)("%d %s read %s", (amount, unit, text) => {
  expect(amountWords(amount, unit)).toBe(text);
});
