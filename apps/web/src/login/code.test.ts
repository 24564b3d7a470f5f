import { expect, test } from "vitest";
import { codeOf } from "./code.ts";

test.each([
  ["wren-7431", "wren-7431"],
  ["  wren-7431\n", "wren-7431"],
  ["http://localhost:8000/login#wren-7431", "wren-7431"],
  ["#a%2Bb", "a+b"],
  ["#50%", "50%"],
  ["", ""],
])("%j holds the code %j", (pasted, code) => {
  expect(codeOf(pasted)).toBe(code);
});
