import { expect, test } from "vitest";
import { toldErrorOf } from "./handler-error.ts";
import { progressOf } from "./progress.ts";

const long = "x".repeat(8_000_000);

test.each<[string, unknown]>([
  ["an error with a long message", new Error(long)],
  ["a long text", long],
])("%s is told short: a server takes no request of that size", (_fact, thrown) => {
  expect(JSON.stringify(toldErrorOf(thrown)).length).toBeLessThan(10_000);
  expect(toldErrorOf(thrown).message).toMatch(/x…$/);
});

test("so is progress", () => {
  expect(progressOf(1, 2, long).message).toBe(`${"x".repeat(1023)}…`);
});
