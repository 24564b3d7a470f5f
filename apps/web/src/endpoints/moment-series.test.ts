import type { EndpointMoment } from "@berth/api";
import { expect, test } from "vitest";
import { momentSeries, plotLabel } from "./moment-series.ts";

const moment = (at: number, part: Partial<EndpointMoment>): EndpointMoment => ({
  at,
  ready: 0,
  starting: 0,
  wanted: 0,
  inFlight: 0,
  waiting: 0,
  arrivalsPerSecond: 0,
  reason: "",
  ...part,
});

test("each line has a value for each moment", () => {
  const series = momentSeries([
    moment(1000, { wanted: 1, starting: 1 }),
    moment(2000, { wanted: 1, ready: 1 }),
  ]);
  expect(series.timesMs).toEqual([1000, 2000]);
  expect(series.replicas.map(({ name, values }) => [name, ...values])).toEqual([
    ["wanted", 1, 1],
    ["starting", 1, 0],
    ["ready", 0, 1],
  ]);
});

test("who cannot see the plot is told its peaks", () => {
  const { calls } = momentSeries([moment(1, { waiting: 4 }), moment(2, { waiting: 31, inFlight: 8 })]);
  expect(plotLabel("Calls", calls)).toBe("Calls over time. waiting: 31 at most, worked on: 8 at most.");
});
