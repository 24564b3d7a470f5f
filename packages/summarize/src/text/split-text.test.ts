import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitText } from "./split-text.ts";

/** A token is four characters, begun or whole. */
const count = (text: string): number => Math.ceil(text.length / 4);
const texts = (text: string, maxTokens: number): string[] =>
  splitText(text, maxTokens, count).map((stretch) => stretch.text);

describe("a text is cut", () => {
  test.each([
    ["nowhere when it fits", "One. Two.", 10, ["One. Two."]],
    ["between sentences", "First one. Second one.", 3, ["First one. ", "Second one."]],
    [
      "between the sentences of any language",
      "これは一つ。それは二つ。",
      2,
      ["これは一つ。", "それは二つ。"],
    ],
    ["between words, when a sentence is too long", "alpha beta gamma", 3, ["alpha ", "beta ", "gamma"]],
    ["between characters, when a word is too long", "abcde", 1, ["a", "b", "c", "d", "e"]],
    ["never within a character", "👩‍👩‍👧👩‍👩‍👧", 1, ["👩‍👩‍👧", "👩‍👩‍👧"]],
    ["and an empty one is nothing", "", 5, []],
  ])("%s", (_, text, maxTokens, stretches) => {
    expect(texts(text, maxTokens)).toEqual(stretches);
  });
});

test("nothing is lost, and only a single character is too long", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.integer({ min: 1, max: 30 }),
      (text, maxTokens) => {
        const stretches = splitText(text, maxTokens, count);
        expect(stretches.map((stretch) => stretch.text).join("")).toBe(text);
        const tooLong = stretches.filter(({ tokens }) => tokens > maxTokens);
        for (const one of tooLong) expect([...new Intl.Segmenter().segment(one.text)]).toHaveLength(1);
      },
    ),
  );
});
