import { expect, test } from "vitest";
import { isSameSecret } from "./same-secret.ts";

test.each([
  ["the same", "häfen", true],
  ["another of that length", "häfeo", false],
  ["a longer one", "häfenx", false],
  ["one of as many letters, in more bytes", "häfeñ", false],
  ["nothing", "", false],
  ["none", undefined, false],
])("%s", (_fact, given, is) => {
  expect(isSameSecret(given, "häfen")).toBe(is);
});
