import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRate } from "../recognizer.ts";
import { cutPieces } from "./cut-pieces.ts";

const second = sampleRate;

function noise(seconds: number): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * second) }, (_, at) => ((at * 7919) % 4001) - 2000);
}

test("half a minute is one piece, nothing is none", () => {
  expect(cutPieces(noise(30))).toEqual([{ from: 0, to: 30 * second }]);
  expect(cutPieces(new Int16Array())).toEqual([]);
});

test("a cut lies where it is quiet", () => {
  const samples = noise(50);
  samples.fill(0, 26.4 * second, 26.8 * second);
  const [first] = cutPieces(samples);
  expect(first?.to).toBeGreaterThan(26.4 * second);
  expect(first?.to).toBeLessThan(26.8 * second);
});

test("what is left at the end is never too short to be heard", () => {
  const pieces = cutPieces(noise(30.01));
  expect(pieces).toHaveLength(2);
  for (const { from, to } of pieces) expect(to - from).toBeGreaterThanOrEqual(second / 2);
});

test("whatever the audio, pieces lie end to end, hold all of it, and are 30 s at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * second }), fc.nat(), (length, seed) => {
      const samples = Int16Array.from({ length }, (_, at) => ((at + seed) * 7919) % 3001);
      let at = 0;
      for (const { from, to } of cutPieces(samples)) {
        expect(from).toBe(at);
        expect(to).toBeGreaterThan(from);
        expect(to - from).toBeLessThanOrEqual(30 * second);
        at = to;
      }
      expect(at).toBe(length);
    }),
    { numRuns: 20 },
  );
});
