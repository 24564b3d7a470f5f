import { expect, test } from "vitest";
import { PromptPace } from "./prompt-pace.ts";

test.each([
  ["a fast machine reads whole batches", 512, 10, 512],
  ["a slow one reads what takes 50 ms", 100, 100, 50],
  ["a very slow one still reads sixteen tokens", 16, 4000, 16],
])("%s", (_, tokens, elapsedMs, pieceTokens) => {
  const pace = new PromptPace(512);
  pace.measured(tokens, elapsedMs);
  expect(pace.pieceTokens).toBe(pieceTokens);
});

test("one slow moment does not count for all", () => {
  const pace = new PromptPace(512);
  for (let reading = 0; reading < 10; reading++) pace.measured(200, 100);
  pace.measured(200, 10_000);
  expect(pace.pieceTokens).toBeGreaterThan(50);
});
