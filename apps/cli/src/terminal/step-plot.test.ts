import { expect, test } from "vitest";
import { stepPlot } from "./step-plot.ts";

const solid = (value: number) => ({ solid: value, light: 0 });

test("a plot is as high as it is told, and what is above 0 is never empty", () => {
  expect(stepPlot([solid(0), solid(1), solid(2), solid(3), solid(4)], 4, 2)).toEqual(["   ▄█", " ▄███"]);
  expect(stepPlot([solid(0), solid(1), solid(1000)], 1000, 1)).toEqual([" ▁█"]);
});

test("what is stacked is light, and what nobody knows is empty", () => {
  expect(stepPlot([undefined, { solid: 1, light: 1 }, { solid: 0, light: 2 }], 2, 2)).toEqual([" ░░", " █░"]);
});

test("more than the most fills all of it", () => {
  expect(stepPlot([solid(9)], 3, 2)).toEqual(["█", "█"]);
});
