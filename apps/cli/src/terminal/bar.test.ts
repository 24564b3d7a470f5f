import { expect, test } from "vitest";
import { bar } from "./bar.ts";

test.each([
  [0, ""],
  [0.0001, "▏"],
  [0.25, "█"],
  [0.4, "█▋"],
  [1, "████"],
  [7, "████"],
  [-1, ""],
])("a share of %d is drawn as %s", (share, drawn) => {
  expect(bar(share, 4)).toBe(drawn);
});
