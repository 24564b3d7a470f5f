import { expect, test } from "vitest";
import { evidenceLines } from "./evidence.ts";

test("facts are short and named in words, log lines stand apart, nothing is said of what is not known", () => {
  expect(
    evidenceLines({ exitCode: 1, signal: null, url: "/health", logTail: ["a", "b"], gpu: { count: 2 } }),
  ).toEqual({
    facts: [
      ["exit code", "1"],
      ["url", "/health"],
      ["gpu", '{"count":2}'],
    ],
    log: ["a", "b"],
  });
});
