import fc from "fast-check";
import { expect, test } from "vitest";
import type { HeardSegment } from "./recognizer.ts";
import { placeSegments } from "./place-segments.ts";

const piece = { start: 30, end: 40 };

function place(...segments: readonly Omit<HeardSegment, "tokens">[]) {
  const heard = segments.map((segment) => ({ ...segment, tokens: [] }));
  return placeSegments({ language: "en", segments: heard }, piece, true);
}

test.each([
  ["times count from the piece's start", [{ start: 1, end: 2.5, text: "a" }], [[31, 32.5]]],
  ["an end beyond the piece is the piece's", [{ start: 9, end: 30, text: "a" }], [[39, 40]]],
  [
    "no segment begins before the last one ends",
    [
      { start: 2, end: 5, text: "a" },
      { start: 1, end: 6, text: "b" },
    ],
    [
      [32, 35],
      [35, 36],
    ],
  ],
  ["an end before its start is its start", [{ start: 5, end: 1, text: "a" }], [[35, 35]]],
  ["blank text is no segment", [{ start: 1, end: 2, text: "  " }], []],
])("%s", (_, segments, times) => {
  expect(place(...segments).map(({ start, end }) => [start, end])).toEqual(times);
});

test("words whose times nobody tells share their segment's by their letters", () => {
  expect(place({ start: 0, end: 4, text: " aa bbbb cc" })[0]?.words).toEqual([
    { word: "aa", start: 30, end: 31 },
    { word: "bbbb", start: 31, end: 33 },
    { word: "cc", start: 33, end: 34 },
  ]);
});

test("words whose times are told keep them, within their segment", () => {
  const words = [
    { start: 0.2, end: 0.6, text: " Hello" },
    { start: 0.5, end: 9, text: " there" },
  ];
  expect(place({ start: 0, end: 2, text: " Hello there", words })[0]?.words).toEqual([
    { word: "Hello", start: 30.2, end: 30.6 },
    { word: "there", start: 30.6, end: 32 },
  ]);
});

test("whatever a model says, times lie in the piece and never run backwards", () => {
  const time = fc.double({ min: -100, max: 100 });
  const segment = fc.record({ start: time, end: time, text: fc.constantFrom("a", "b c", " ", "d e f") });
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 10 }), (segments) => {
      let earliest = piece.start;
      for (const { start, end, words } of place(...segments)) {
        expect(start).toBeGreaterThanOrEqual(earliest);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(piece.end);
        let spoken = start;
        for (const word of words) {
          expect(word.start).toBeGreaterThanOrEqual(spoken);
          expect(word.end).toBeLessThanOrEqual(end);
          spoken = word.end;
        }
        earliest = end;
      }
    }),
  );
});
