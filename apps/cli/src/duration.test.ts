import { expect, test } from "vitest";
import { readDuration } from "./duration.ts";

test.for([
  ["90", 90],
  ["90s", 90],
  ["5m", 300],
  ["1h30m", 5400],
  ["0.5s", 0.5],
  ["30d", 2_592_000],
  ["2w", 1_209_600],
] as const)("%s is %d seconds", ([text, seconds]) => {
  expect(readDuration(text, "--timeout")).toBe(seconds);
});

test.for(["", "0", "-5", "5x", "m", "5 m", "1h-3m", "soon"])("%j is refused by the option's name", (text) => {
  expect(() => readDuration(text, "--expires")).toThrow(/^--expires: .*is no duration/);
});
