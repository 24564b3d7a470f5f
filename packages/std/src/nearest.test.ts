import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const models = ["berth/pilot", "Qwen/Qwen3-8B", "Qwen/Qwen3-4B", "google/gemma-3-1b", "two"];

test.each([
  ["a slip of the finger", "berth/pilto", ["berth/pilot"]],
  ["neighbours swapped in a short name", "tow", ["two"]],
  ["one letter wrong in a short name", "twp", ["two"]],
  ["two letters wrong in a short name", "xxo", []],
  ["the owner left out", "pilot", ["berth/pilot"]],
  ["other capitals", "QWEN/QWEN3-8b", ["Qwen/Qwen3-8B", "Qwen/Qwen3-4B"]],
  ["a part of the name", "gemma", ["google/gemma-3-1b"]],
  ["something else", "mistral", []],
  ["nothing", "", []],
])("%s", (_fact, asked, found) => {
  expect(nearest(asked, models)).toEqual(found);
});

test("a name of a megabyte costs no more than its beginning", () => {
  const startedAt = performance.now();
  expect(nearest("x".repeat(1_000_000), models)).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
