import { describe, expect, test } from "vitest";
import type { Token } from "./llama-module.ts";
import { chooseToken, seededRandom } from "./logprobs.ts";

const likely = (...probabilities: number[]): Map<Token, number> =>
  new Map(probabilities.map((probability, index) => [index as Token, Math.log(probability)]));
const all = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 0,
  bias: new Map<number, number>(),
};

describe("a token is drawn", () => {
  test.each([
    ["among all", all, 0.999, 3],
    ["among the likeliest two with topK", { ...all, topK: 2 }, 0.999, 1],
    ["among those that make up topP", { ...all, topP: 0.6 }, 0.999, 1],
    ["the likeliest, with a topP of nothing", { ...all, topP: 0 }, 0.999, 0],
    ["among those that are likely enough with minP", { ...all, minP: 0.5 }, 0.999, 1],
    ["the likeliest, when it is cold", { ...all, temperature: 0.01 }, 0.999, 0],
    ["the likeliest, when the dice say so", all, 0, 0],
  ])("%s", (_, sampling, dice, token) => {
    expect(chooseToken(likely(0.5, 0.3, 0.15, 0.05), sampling, () => dice)).toBe(token);
  });

  test("as often as it is likely", () => {
    const random = seededRandom(7);
    const counts = [0, 0];
    for (let draw = 0; draw < 2000; draw++) {
      const token = chooseToken(likely(0.7, 0.3), all, random);
      counts[token] = (counts[token] ?? 0) + 1;
    }
    expect((counts[0] ?? 0) / 2000).toBeCloseTo(0.7, 1);
  });
});

test("a seed gives the same numbers again, another seed others", () => {
  const draw = (seed: number): number[] => Array.from({ length: 3 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});
