import fc from "fast-check";
import { expect, test } from "vitest";
import { pack } from "./pack.ts";

const sizes = (tokens: readonly number[], budget: number): number[][] =>
  pack(
    tokens.map((count) => ({ tokens: count })),
    budget,
  ).map((group) => group.map((thing) => thing.tokens));

test.each([
  ["nothing is no group", [], 10, []],
  ["what fits is one group", [3, 4], 10, [[3, 4]]],
  [
    "groups are even, not full",
    [2, 2, 2, 2, 2, 2],
    10,
    [
      [2, 2, 2],
      [2, 2, 2],
    ],
  ],
  ["what is too large is alone", [3, 20, 3], 10, [[3], [20], [3]]],
])("%s", (_, tokens, budget, groups) => {
  expect(sizes(tokens, budget)).toEqual(groups);
});

test("no group is over the budget unless one thing is, and order is kept", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 })),
      fc.integer({ min: 20, max: 200 }),
      (tokens, budget) => {
        const groups = sizes(tokens, budget);
        expect(groups.flat()).toEqual(tokens);
        for (const group of groups)
          expect(group.length === 1 || group.reduce((sum, count) => sum + count, 0) <= budget).toBe(true);
      },
    ),
  );
});

test("small things make no more groups than must be, or one more", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1 }), (tokens) => {
      const total = tokens.reduce((sum, count) => sum + count, 0);
      expect(sizes(tokens, 200).length).toBeLessThanOrEqual(Math.ceil(total / 200) + 1);
    }),
  );
});
