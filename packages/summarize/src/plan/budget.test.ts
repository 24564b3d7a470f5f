import { describe, expect, test } from "vitest";
import { budgetOf } from "./budget.ts";

const summary = { kind: "summary", instruction: undefined } as const;
const asked = { contextTokens: 4_096, maxOutputTokens: undefined, partTokens: undefined, isExact: true };

test.each([
  ["a quarter of the context is for the answer", {}, 1_024],
  ["of a large one 1,024 tokens", { contextTokens: 131_072 }, 1_024],
  ["of a small one what can be merged", { contextTokens: 512 }, 116],
  ["what was asked for, where it was", { maxOutputTokens: 300 }, 300],
])("%s", (_, given, tokens) => {
  const { maxOutputTokens, text } = budgetOf(summary, { ...asked, ...given });
  expect(maxOutputTokens).toBe(tokens);
  expect(text.merge).toBeGreaterThanOrEqual(2 * tokens);
});

test("an estimate leaves more room than a count", () => {
  const exact = budgetOf(summary, asked).text.read;
  expect(budgetOf(summary, { ...asked, isExact: false }).text.read / exact).toBeCloseTo(0.8 / 0.97, 2);
});

test("parts are no larger than was asked for, answers are merged all the same", () => {
  const { text } = budgetOf(summary, { ...asked, partTokens: 500 });
  expect([text.read, text.merge > 2_000]).toEqual([500, true]);
});

describe("without room it is refused", () => {
  test.each([
    ["answers of which no two fit", { maxOutputTokens: 2_000 }, "maxOutputTokens"],
    ["a context that holds little beside the prompt", { contextTokens: 192 }, "model"],
  ])("%s", (_, given, param) => {
    expect(() => budgetOf(summary, { ...asked, ...given })).toThrow(
      expect.objectContaining({ param }) as Error,
    );
  });
});
