import { expect, test } from "vitest";
import { formatUsd } from "./money.ts";

test.each([
  [0, "$0"],
  [0.0000004, "$0.0000004"],
  [0.000138, "$0.00014"],
  [0.02, "$0.02"],
  [0.6, "$0.60"],
  [0.999, "$1.00"],
  [12.5, "$12.50"],
])("%d dollars read %s", (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});
