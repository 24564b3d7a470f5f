import { expect, test } from "vitest";
import { sentencesOf } from "./sentences.ts";

const tokens = (...list: readonly (readonly [text: string, start: number, end: number])[]) =>
  list.map(([text, start, end]) => ({ text, start, end }));

test("tokens become words where a space begins one, and sentences where a sign or a silence ends one", () => {
  const sentences = sentencesOf(
    tokens(
      [" Hel", 0, 0.2],
      ["lo", 0.2, 0.5],
      [" there", 0.5, 0.9],
      [".", 0.9, 1],
      [" Good", 1.2, 1.5],
      [" night", 4, 4.5],
    ),
  );
  expect(sentences.map(({ text, start, end }) => [text, start, end])).toEqual([
    [" Hello there.", 0, 1],
    [" Good", 1.2, 1.5],
    [" night", 4, 4.5],
  ]);
  expect(sentences[0]?.words).toEqual([
    { text: " Hello", start: 0, end: 0.5 },
    { text: " there.", start: 0.5, end: 1 },
  ]);
});

test("nobody speaks for longer than 15 s in one sentence", () => {
  const words = Array.from({ length: 40 }, (_, at) => [` w${at}`, at, at + 1] as const);
  const lengths = sentencesOf(tokens(...words)).map(({ start, end }) => end - start);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(15);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(40);
});

test("empty tokens say nothing, and nothing is no sentence", () => {
  expect(sentencesOf(tokens(["", 0, 1]))).toEqual([]);
});
