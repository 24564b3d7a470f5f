import { describe, expect, test } from "vitest";
import { StopStrings, partialMatch } from "./stop-strings.ts";

/** What a reader has seen after each piece, and whether the text stopped there. */
function read(stops: readonly string[], pieces: readonly string[]): string[] {
  const stream = new StopStrings(stops);
  const seen: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = stream.push(piece);
    seen.push(stopped ? `${text}|` : text);
    if (stopped) return seen;
  }
  return [...seen, stream.end()];
}

describe("text is cut at a stop string", () => {
  test.each([
    ["without stop strings all passes", [], ["a", "b"], ["a", "b", ""]],
    ["within a piece", ["END"], ["one END two"], ["one |"]],
    ["over several pieces", ["END"], ["one E", "N", "D two"], ["one ", "", "|"]],
    ["what only began like one is passed on", ["END"], ["one E", "x"], ["one ", "Ex", ""]],
    ["what began like one at the end is text", ["END"], ["one EN"], ["one ", "EN"]],
    ["the earliest of several wins", ["three", "two"], ["one two three"], ["one |"]],
    ["one that is found ends it, though a longer one began before", ["abcd", "c"], ["xabc"], ["xab|"]],
    ["a repeated beginning", ["aab"], ["aaab"], ["a|"]],
    ["an empty one never matches", [""], ["a"], ["a", ""]],
  ])("%s", (_, stops, pieces, seen) => {
    expect(read(stops, pieces)).toEqual(seen);
  });
});

test.each([
  ["xEN", "END", 2],
  ["END", "END", 0],
  ["x", "END", 0],
  ["", "END", 0],
  ["aa", "aab", 2],
])("%j may end with the first part of %j: %i", (text, mark, length) => {
  expect(partialMatch(text, mark)).toBe(length);
});
