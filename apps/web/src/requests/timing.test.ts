import { expect, test } from "vitest";
import { requestRecord } from "../../mock/seed-requests.ts";
import { phases, tokensPerSecond } from "./timing.ts";

const times = (parts: Parameters<typeof requestRecord>[0]): number[] =>
  phases(requestRecord(parts)).map(({ ms }) => ms);

test("the phases of a streamed answer add up to its duration", () => {
  const parts = { heldMs: 500, firstTokenMs: 800, durationMs: 2000, overheadMs: 1 };
  expect(times(parts)).toEqual([500, 299, 1200, 1]);
});

test("without a first token all of it is answering", () => {
  expect(times({ heldMs: 0, firstTokenMs: null, durationMs: 90, overheadMs: 0 })).toEqual([90]);
});

test.each([
  [{ outputTokens: 101, firstTokenMs: 1000, durationMs: 2000 }, 100],
  [{ outputTokens: 1 }, undefined],
  [{ firstTokenMs: null }, undefined],
])("%j is %s tokens a second", (parts, speed) => {
  expect(tokensPerSecond(requestRecord(parts))).toBe(speed);
});
