import { expect, test } from "vitest";
import { endWords } from "./end-words.ts";

test.each([
  [{ exitCode: 0, signal: null, memoryRanOut: false }, true, "the engine exited with code 0"],
  [
    { exitCode: 1, signal: null, memoryRanOut: true },
    false,
    "the engine exited with code 1 before it was ready",
  ],
  [
    { exitCode: null, signal: "SIGSEGV" as const, memoryRanOut: true },
    true,
    "the engine was killed by SIGSEGV",
  ],
  [
    { exitCode: null, signal: "SIGKILL" as const, memoryRanOut: false },
    false,
    "the engine was killed by SIGKILL before it was ready",
  ],
  [
    { exitCode: null, signal: "SIGKILL" as const, memoryRanOut: true },
    true,
    "the engine was killed by SIGKILL; the machine had run out of memory",
  ],
])("%j, ready %s: %s", (end, wasReady, words) => {
  expect(endWords(end, wasReady)).toBe(words);
});
