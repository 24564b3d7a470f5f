import fc from "fast-check";
import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const latencies = fc.array(fc.double({ min: 0.2, max: 10_000_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});

test("a percentile is at most 4.8 % off, also of sums that were stored in between", () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (given, share) => {
      const parts = [new Histogram(), new Histogram()];
      for (const [index, ms] of given.entries()) parts[index % 2]?.add(ms);
      const sum = new Histogram();
      for (const part of parts) sum.addStored(part.toStored());
      const exact = given.toSorted((a, b) => a - b)[Math.ceil(given.length * share) - 1] ?? 0;
      expect(Math.abs((sum.percentileMs(share) ?? NaN) - exact)).toBeLessThanOrEqual(exact * 0.048);
    }),
  );
});

test.each([
  ["nothing", [], undefined],
  ["no time at all", [0], 0.1],
  ["a clock that went back", [-5], 0.1],
  ["more than a month", [1e12], expect.any(Number)],
])("the middle of %s is %s", (_fact, given, middle) => {
  const histogram = new Histogram();
  for (const ms of given) histogram.add(ms);
  expect(histogram.percentileMs(0.5)).toEqual(middle);
});

test("an empty one is stored as nothing", () => {
  const histogram = new Histogram();
  histogram.addStored(null);
  expect(histogram.toStored()).toBeNull();
});
