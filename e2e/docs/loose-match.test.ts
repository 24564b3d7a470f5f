import { expect, test } from "vitest";
import { firstDifference } from "./loose-match.ts";
import { readBlocks, readCommands } from "./page.ts";

test.for([
  ["the same", "a\nb", "a\nb\n", undefined],
  ["other spaces", "ID   NAME\n1  x", "ID NAME\n1      x", undefined],
  ["an ellipsis for a part of a line", "pid … (port …)", "pid 12 (port 3)", undefined],
  ["an ellipsis for lines", "a\n…\nz", "a\nb\nc\nz", undefined],
  ["an ellipsis for no line", "a\n…\nz", "a\nz", undefined],
  ["another line", "a", "b", "shown: a\nprinted: b"],
  ["a line too few", "a\nb", "a", "shown, but not printed: b"],
  ["a line too many", "a", "a\nb", "printed, but not shown: b"],
  ["letters that patterns mean something by", "a.b", "axb", "shown: a.b\nprinted: axb"],
] as const)("%s", ([, shown, printed, expected]) => {
  expect(firstDifference(shown, printed)).toBe(expected);
});

test("a block is read with its words, and with what it prints when that is right below", () => {
  const text = "```sh exit=5\na\n```\n\n```text\nb\n```\n\n```python\nc\n```\n\nprose\n\n```text\nd\n```\n";
  expect(readBlocks("x.md", text)).toEqual([
    { page: "x.md", line: 1, language: "sh", words: ["exit=5"], text: "a", output: "b" },
    { page: "x.md", line: 9, language: "python", words: [], text: "c", output: undefined },
  ]);
});

test("a command goes on after a backslash and within quotes", () => {
  expect(readCommands("# why\na \\\n  b\nc '{\n}'\n\nd # e")).toEqual(["a \\\n  b", "c '{\n}'", "d # e"]);
});
