import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.for([
  ["statsu", ["status", "name"], "status"],
  ["pilto", ["pilot", "other"], "pilot"],
  ["ci", ["ci"], "ci"],
  ["zzz", ["status", "name"], undefined],
  ["x", [], undefined],
] as const)("%s among %j is %s", ([word, candidates, near]) => {
  expect(nearest(word, candidates)).toBe(near);
});
