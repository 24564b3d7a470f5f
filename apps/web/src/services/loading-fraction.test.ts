import { expect, test } from "vitest";
import { loadingFraction } from "./loading-fraction.ts";

test.each([
  ["loading 62 %", 0.62],
  ["loading 7.5%", 0.075],
  ["loading 140 %", 1],
  ["waiting", undefined],
  [null, undefined],
])("%j is %s", (reason, fraction) => {
  expect(loadingFraction(reason)).toBe(fraction);
});
