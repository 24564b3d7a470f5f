import { expect, test } from "vitest";
import { textIn } from "./output-text.ts";

test.each<[string, unknown, string]>([
  ["a text", "a", "a"],
  ["nothing yet", null, ""],
  ["an empty conversation", [], ""],
  ["pairs", [["q", "a"]], "a"],
  ["a pair whose answer has not come", [["q", null]], ""],
  [
    "messages",
    [
      { role: "user", content: "q" },
      { role: "assistant", content: "a" },
    ],
    "a",
  ],
  [
    "messages of parts",
    [
      {
        role: "assistant",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ],
    "ab",
  ],
  ["messages without an answer yet", [{ role: "user", content: "q" }], ""],
  ["a change of a component", { __type__: "update", value: "a" }, "a"],
  ["a box with files", { text: "a", files: [] }, "a"],
])("the answer in %s", (_, value, text) => {
  expect(textIn(value)).toBe(text);
});
