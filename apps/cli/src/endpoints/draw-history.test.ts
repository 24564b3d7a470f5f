import { expect, test } from "vitest";
import { sampleEndpointEvent, sampleMoment, sampleNowMs } from "../test/samples.ts";
import { makeStyle } from "../terminal/style.ts";
import { drawHistory } from "./draw-history.ts";

const toMs = sampleNowMs;
const minute = 60_000;
const options = { fromMs: toMs - 10 * minute, toMs, columns: 25, style: makeStyle(false) };
const ago = (minutes: number): number => toMs - minutes * minute;

test("replicas and requests stand over time, and each decision under its moment", () => {
  const moments = [
    sampleMoment({ at: ago(9) }),
    sampleMoment({ at: ago(7), waiting: 3, starting: 3, wanted: 3 }),
    sampleMoment({ at: ago(5), ready: 3, inFlight: 3 }),
    sampleMoment({ at: ago(1), ready: 0, inFlight: 0 }),
  ];
  const events = [
    sampleEndpointEvent({ at: ago(7), message: "0 to 3 replicas: 3 requests pending, 1 for each" }),
    sampleEndpointEvent({ at: ago(6), kind: "replica", message: "chat-1 is STARTING" }),
    sampleEndpointEvent({ at: ago(1), message: "3 to 0 replicas: nothing to do" }),
  ];
  const lines = drawHistory(moments, events, options);
  expect(lines.slice(0, 6)).toEqual([
    "replicas    3 ┤   ░░████",
    "              ┤   ░░████",
    "            0 ┤   ░░████",
    "requests    3 ┤   ░░████",
    "              ┤   ░░████",
    "            0 ┤   ░░████",
  ]);
  expect(lines[6]).toMatch(/^ {14}└\d\d:\d\d─\d\d:\d\d$/);
  expect(lines[7]).toBe(`${" ".repeat(15)}   1     2`);
  expect(lines).toHaveLength(10);
  const wide = drawHistory(moments, events, { ...options, columns: 80 });
  expect(wide.slice(8).map((line) => line.replace(/\d\d:\d\d:\d\d/, "TIME"))).toEqual([
    "1  TIME  0 to 3 replicas: 3 requests pending, 1 for each",
    "2  TIME  3 to 0 replicas: nothing to do",
  ]);
});

test("a peak between two looks is not lost, and goes no further", () => {
  const moments = [
    sampleMoment({ at: ago(5), inFlight: 1 }),
    sampleMoment({ at: ago(5) + 1000, inFlight: 9 }),
    sampleMoment({ at: ago(5) + 2000, inFlight: 0 }),
  ];
  const [, , bottom] = drawHistory(moments, [], options).slice(3);
  expect(bottom).toBe("            0 ┤     █");
});

test("of many decisions the last nine are told, in whatever order they come", () => {
  const events = Array.from({ length: 12 }, (_, index) =>
    sampleEndpointEvent({ at: ago(index * 0.5), message: `decision ${12 - index}` }),
  );
  const told = drawHistory([], events, { ...options, columns: 80 }).slice(-9);
  expect(told.map((line) => line.replace(/ {2}\d\d:\d\d:\d\d {2}/, " "))).toEqual(
    Array.from({ length: 9 }, (_, index) => `${index + 1} decision ${index + 4}`),
  );
});

test("what was before the drawing's beginning still holds there", () => {
  const lines = drawHistory([sampleMoment({ at: ago(60), ready: 1 })], [], options);
  expect(lines[2]).toBe(`            0 ┤${"█".repeat(10)}`);
});

test("without anything it is empty, and as wide as it may be", () => {
  for (const columns of [30, 80, 200])
    for (const line of drawHistory([], [], { ...options, columns }))
      expect(line.length).toBeLessThanOrEqual(columns);
});
