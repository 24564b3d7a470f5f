import { expect, test } from "vitest";
import { sourceWords } from "./source-words.ts";

const whole = { file: "a", firstPage: null, lastPage: null, headings: [] };

test.each([
  ["one page", { ...whole, firstPage: 3, lastPage: 3 }, "page 3"],
  ["several pages", { ...whole, firstPage: 3, lastPage: 5 }, "pages 3 to 5"],
  ["one heading", { ...whole, headings: ["Aims"] }, "Aims"],
  ["several headings", { ...whole, headings: ["Aims", "Means", "Ends"] }, "Aims to Ends"],
  ["all of it", whole, ""],
])("%s", (_, source, words) => {
  expect(sourceWords(source)).toBe(words);
});
