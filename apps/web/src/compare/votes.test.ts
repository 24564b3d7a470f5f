import { expect, test } from "vitest";
import { ranking, readVotes, withVote } from "./votes.ts";

test.each([
  ["is given", { a: 1 }, undefined, "b", { a: 1, b: 1 }],
  ["is moved", { a: 2, b: 1 }, "a", "b", { a: 1, b: 2 }],
  ["is taken back, and a model without any is not told of", { a: 1, b: 1 }, "a", undefined, { b: 1 }],
  ["moved to another column of its model stays", { a: 1 }, "a", "a", { a: 1 }],
  ["that was forgotten is not taken twice", {}, "a", undefined, {}],
])("a vote %s", (_, now, taken, given, next) => {
  expect(withVote(now, taken, given)).toEqual(next);
});

test("the most voted for stands first, those alike by name", () => {
  expect(ranking({ b: 1, a: 1, c: 3 })).toEqual([
    ["c", 3],
    ["a", 1],
    ["b", 1],
  ]);
});

test.each([null, "x", [], { a: -1, b: "2", c: 1.5 }])("%j holds no votes", (value) => {
  expect(readVotes(value)).toEqual({});
});
