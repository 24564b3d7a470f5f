import { expect, test } from "vitest";
import { sparklinePath } from "./sparkline-path.ts";

const box = { width: 100, height: 20 };

test.each([
  ["nothing", [], ""],
  ["the highest value touches the top", [0, 40, 20], "M0 20L50 0L100 10"],
  ["a missing value interrupts the line", [10, null, 10], "M0 0M100 0"],
  ["one value is a point at the left", [5], "M0 0"],
  ["values of zero lie on the ground", [0, 0], "M0 20L100 20"],
] as const)("%s", (_, values, path) => {
  expect(sparklinePath(values, box)).toBe(path);
});
