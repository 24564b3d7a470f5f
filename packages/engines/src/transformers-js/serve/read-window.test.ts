import fc from "fast-check";
import { expect, test } from "vitest";
import { readWindow } from "./read-window.ts";

// letters are text, 100 and more are times of 0.02 s, 50 is neither
const marks = {
  firstTime: 100,
  isText: (token: number) => token < 50,
  textOf: (tokens: readonly number[]) => String.fromCharCode(...tokens.map((token) => 97 + token)),
};
const at = (seconds: number): number => 100 + Math.round(seconds / 0.02);

test.each([
  ["text between two times", [at(0), 0, 1, at(1.5)], [[0, 1.5, "ab"]], undefined],
  [
    "one stretch after another",
    [at(0), 0, at(1), at(1), 1, at(2)],
    [
      [0, 1, "a"],
      [1, 2, "b"],
    ],
    undefined,
  ],
  ["text without an end lasts to the window's", [at(1), 0], [[1, 10, "a"]], undefined],
  ["text without any time lasts for all of it", [0, 1], [[0, 10, "ab"]], undefined],
  ["two times at the end: the rest is yet to be heard", [at(0), 0, at(4), at(4)], [[0, 4, "a"]], 4],
  ["a time beyond the window is its end", [at(0), 0, at(25)], [[0, 10, "a"]], undefined],
  ["what is neither text nor time says nothing", [50, at(0), 0, 50, at(1), 50], [[0, 1, "a"]], undefined],
  ["nothing", [], [], undefined],
])("%s", (_, tokens, segments, resumeAt) => {
  const window = readWindow(tokens, 10, marks);
  expect(window.segments.map(({ start, end, text }) => [start, end, text])).toEqual(segments);
  expect(window.resumeAt).toBe(resumeAt);
});

test("no text is lost, and nothing is heard beyond the window", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(900), { maxLength: 60 }), (tokens) => {
      const { segments, resumeAt } = readWindow(tokens, 10, marks);
      expect(segments.flatMap((segment) => segment.tokens)).toEqual(tokens.filter(marks.isText));
      for (const { end } of segments) expect(end).toBeLessThanOrEqual(10);
      if (resumeAt !== undefined) expect(resumeAt).toBeLessThanOrEqual(10);
    }),
  );
});
