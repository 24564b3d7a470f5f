import fc from "fast-check";
import { expect, test } from "vitest";
import { markdownBlocks } from "./blocks.ts";

test.each([
  ["paragraphs", "One.\n\nTwo.\n", ["One.\n\n", "Two.\n"]],
  ["a fence holds its blank lines", "```ts\na\n\nb\n```\n\nend", ["```ts\na\n\nb\n```\n\n", "end"]],
  ["a fence that has not ended", "x\n\n```\na\n\nb", ["x\n\n", "```\na\n\nb"]],
  ["a longer fence holds a shorter", "````\n```\n\n```\n````\n\nend", ["````\n```\n\n```\n````\n\n", "end"]],
  ["a loose list stays whole", "- a\n\n- b\n\n  more\n\nend", ["- a\n\n- b\n\n  more\n\n", "end"]],
  ["a numbered list keeps counting", "1. a\n\n2. b\n", ["1. a\n\n2. b\n"]],
  ["nothing", "", []],
])("%s", (_, text, blocks) => {
  expect(markdownBlocks(text)).toEqual(blocks);
});

const markdown = fc
  .array(fc.constantFrom("word ", "\n", "\n\n", "```\n", "- item\n", "> quoted\n", "  ", "# head\n", "~~~\n"))
  .map((pieces) => pieces.join(""));

test("joined, the blocks are the text", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      expect(markdownBlocks(text).join("")).toBe(text);
    }),
  );
});

test("more text changes none but the last block", () => {
  fc.assert(
    fc.property(markdown, markdown, (text, more) => {
      // a line may still grow into another kind of line, so the text ends with one that is whole
      const now = markdownBlocks(`${text}\n`);
      expect(markdownBlocks(`${text}\n${more}`).slice(0, now.length - 1)).toEqual(now.slice(0, -1));
    }),
  );
});
