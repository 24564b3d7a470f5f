import { expect, test } from "vitest";
import { costOf } from "./cost-of.ts";
import { type SaidTokens, tokenCounts } from "./said-tokens.ts";

const nothing: SaidTokens = {
  input: undefined,
  cached: undefined,
  cacheWrite: undefined,
  output: undefined,
  reasoning: undefined,
  cache: "in input",
  thought: "in output",
};
const plain = { inputPerMillion: 2, outputPerMillion: 8 };
const caching = {
  inputPerMillion: 3,
  outputPerMillion: 15,
  cachedInputPerMillion: 0.3,
  cacheWritePerMillion: 3.75,
};

test.each<
  [fact: string, said: Partial<SaidTokens>, price: Parameters<typeof costOf>[1], usd: number | undefined]
>([
  ["a million each", { input: 1e6, output: 1e6 }, plain, 10],
  ["input alone", { input: 1500 }, plain, 0.003],
  ["output alone", { output: 1000 }, plain, 0.008],
  ["nothing counted", {}, plain, undefined],
  ["nothing counted, at a price for each request", {}, { ...plain, perRequest: 0.005 }, 0.005],
  ["zero counted", { input: 0, output: 0 }, plain, 0],
  ["a free model", { input: 9999, output: 9999 }, { inputPerMillion: 0, outputPerMillion: 0 }, 0],
  ["tokens and a request", { input: 1000, output: 1000 }, { ...plain, perRequest: 0.01 }, 0.02],
  [
    "OpenAI's cached input, which is part of it",
    { input: 10_000, cached: 8000, output: 100 },
    caching,
    0.0099,
  ],
  [
    "Anthropic's cached input, which is beside it",
    { input: 2000, cached: 8000, output: 100, cache: "beside input" },
    caching,
    0.0099,
  ],
  [
    "Anthropic's writing to the cache",
    { input: 100, cached: 5000, cacheWrite: 1000, output: 10, cache: "beside input" },
    caching,
    0.0057,
  ],
  [
    "a first write to the cache",
    { input: 0, cacheWrite: 4000, output: 0, cache: "beside input" },
    caching,
    0.015,
  ],
  ["cached input without a price of its own", { input: 1000, cached: 900 }, plain, 0.002],
  ["all of it cached", { input: 1000, cached: 1000 }, caching, 0.0003],
  ["more cached than there is, as some servers say", { input: 100, cached: 900 }, caching, 0.00003],
  ["OpenAI's reasoning, which is part of the output", { output: 1000, reasoning: 900 }, plain, 0.008],
  [
    "Gemini's thoughts, which are beside it",
    { output: 100, reasoning: 900, thought: "beside output" },
    plain,
    0.008,
  ],
  ["thoughts only", { reasoning: 1000, thought: "beside output" }, plain, 0.008],
  [
    "a price that no binary fraction is",
    { input: 3 },
    { inputPerMillion: 0.1, outputPerMillion: 0 },
    0.0000003,
  ],
  ["an embedding of a few tokens", { input: 7 }, { inputPerMillion: 0.02, outputPerMillion: 0 }, 0.00000014],
  [
    "less than a thousandth of a micro-dollar",
    { input: 1 },
    { inputPerMillion: 0.0004, outputPerMillion: 0 },
    0,
  ],
  ["half of one", { input: 1 }, { inputPerMillion: 0.0005, outputPerMillion: 0 }, 0.000000001],
])("%s", (_fact, said, price, usd) => {
  expect(costOf(tokenCounts({ ...nothing, ...said }), price)).toBe(usd);
});

test("totals hold their parts, whoever counted, and what was not counted stays unknown", () => {
  expect(tokenCounts(nothing)).toEqual({
    inputTokens: undefined,
    outputTokens: undefined,
    cachedTokens: undefined,
    cacheWriteTokens: undefined,
    reasoningTokens: undefined,
  });
  expect(
    tokenCounts({
      input: 5,
      cached: 20,
      cacheWrite: 30,
      output: 7,
      reasoning: 3,
      cache: "beside input",
      thought: "beside output",
    }),
  ).toEqual({
    inputTokens: 55,
    outputTokens: 10,
    cachedTokens: 20,
    cacheWriteTokens: 30,
    reasoningTokens: 3,
  });
});
