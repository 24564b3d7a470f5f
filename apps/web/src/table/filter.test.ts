import { expect, test } from "vitest";
import { matches } from "./filter.ts";

test.each([
  ["", true],
  ["  ", true],
  ["HERON", true],
  ["qwen heron", true],
  ["heron tern", false],
])("%j", (filter, found) => {
  expect(matches(filter, "quiet-heron", null, "Qwen/Qwen2.5")).toBe(found);
});

test("a word does not match over the seam of two texts", () => {
  expect(matches("ab", "a", "b")).toBe(false);
});
