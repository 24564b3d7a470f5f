import { expect, test } from "vitest";
import { formatPosition } from "./position.ts";

test.each([
  [-1, "0:00"],
  [7.9, "0:07"],
  [760, "12:40"],
  [3723, "1:02:03"],
])("%d s into it is %s", (seconds, text) => {
  expect(formatPosition(seconds)).toBe(text);
});
