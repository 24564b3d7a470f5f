import { describe, expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { applyEdits } from "./apply-edits.ts";

test.each<[string, unknown, unknown, unknown]>([
  ["nothing", "a", [], "a"],
  ["a text that goes on", "a", [["append", [], "b"]], "ab"],
  ["another value", "a", [["replace", [], { b: 1 }]], { b: 1 }],
  ["a text within", { a: ["x", "y"] }, [["append", ["a", 1], "!"]], { a: ["x", "y!"] }],
  ["one more in a list", ["x"], [["add", [1], "y"]], ["x", "y"]],
  ["one less in a list", ["x", "y", "z"], [["delete", [1], null]], ["x", "z"]],
  [
    "one more field, and one less",
    { a: 1 },
    [
      ["add", ["b"], 2],
      ["delete", ["a"], null],
    ],
    { b: 2 },
  ],
  ["a field of that name", {}, [["add", ["__proto__"], 1]], JSON.parse('{"__proto__":1}')],
])("%s", (_, before, edits, after) => {
  const kept = structuredClone(before);
  expect(applyEdits(before, edits)).toEqual(after);
  expect(before).toEqual(kept);
});

describe("a change that cannot be made is a failure:", () => {
  test.each<[string, unknown, unknown]>([
    ["of what is no list of changes", "a", "b"],
    ["of a number that goes on", 1, [["append", [], "b"]]],
    ["of a field that is not there", {}, [["replace", ["a"], 1]]],
    ["of a place that is not there", [], [["delete", [3], null]]],
    ["within what everything has", {}, [["replace", ["__proto__", "polluted"], true]]],
    ["of an unknown operation", "a", [["reverse", [], null]]],
  ])("%s", (_, before, edits) => {
    expect(() => applyEdits(before, edits)).toThrow(ProviderFailure);
    expect({}).not.toHaveProperty("polluted");
  });
});
