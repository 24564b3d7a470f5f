import { expect, test } from "vitest";
import { stopsOf } from "./render-chat.ts";

test.each<[string | string[] | null, string[], string[]]>([
  [null, ["</s>"], ["</s>"]],
  ["a", ["b"], ["a", "b"]],
  [
    ["a", "", "b"],
    ["b", "c"],
    ["a", "b", "c"],
  ],
])("%j and the model's own %j are %j", (asked, own, stops) => {
  expect(stopsOf(asked, own)).toEqual(stops);
});

test("one that would hold the whole answer back is refused by name", () => {
  expect(() => stopsOf(["a", "x".repeat(1_001)], [])).toThrow(expect.objectContaining({ param: "stop" }));
});
