import fc from "fast-check";
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
    ["a longer one that began before is waited for", ["abcd", "c"], ["xabc", "d"], ["x", "|"]],
    ["and if it does not come, the whole one counts", ["abcd", "c"], ["xabc", "e"], ["x", "ab|"]],
    ["at the end too", ["abcd", "c"], ["xabc"], ["x", "ab"]],
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

test("where the text was cut into pieces makes no difference", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n") });
  fc.assert(
    fc.property(fc.array(letters), fc.array(letters), (stops, pieces) => {
      const whole = pieces.join("");
      const cuts = stops.filter((stop) => stop !== "").map((stop) => whole.indexOf(stop));
      const cut = Math.min(whole.length, ...cuts.filter((index) => index !== -1));
      expect(read(stops, pieces).join("").replace("|", "")).toBe(whole.slice(0, cut));
    }),
  );
});

describe("a stop string that a server ended at, without its last token", () => {
  test.each([
    ["is dropped", ["<human>:"], "Hi.<hum", "Hi."],
    ["is dropped behind nothing else", ["\n<human>:", "<human>:"], "Hi.\n<human>", "Hi."],
    ["a whole one counts before one that began", ["abcd", "c"], "xabc", "xab"],
    ["leaves all other text", ["<human>:"], "Hi.", "Hi."],
  ])("%s", (_, stops, text, left) => {
    const stream = new StopStrings(stops);
    expect(stream.push(text).text + stream.end({ dropBegun: true })).toBe(left);
  });
});

test("a long stop string that nearly comes again and again costs no more than the text", () => {
  const stops = new StopStrings([`${"a".repeat(30_000)}b`]);
  const nearly = `${"a".repeat(30_000)}c`;
  const begunMs = performance.now();
  for (let count = 0; count < 50; count += 1) expect(stops.push(nearly).text).toBe(nearly);
  // it was many seconds
  expect(performance.now() - begunMs).toBeLessThan(2000);
});
