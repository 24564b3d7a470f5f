import { describe, expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { slurmJob } from "../testing/sea.ts";
import { Forecast } from "./forecast.ts";
import type { LiveFact } from "./live-facts.ts";
import { renewalLeadMs } from "./renewal-lead.ts";

const event = (evidence: Record<string, unknown>) => ({ status: "HEALTHY" as const, evidence });
const waiting = (given: Partial<LiveFact>): LiveFact => ({
  launchId: "abc123-1",
  address: undefined,
  transport: null,
  job: null,
  expectedStartAt: null,
  inFlight: 0,
  lastActivityAt: null,
  memoryMiB: null,
  progress: undefined,
  probe: { outcome: "none", streak: 0 },
  ...given,
});

function learnt(): Forecast {
  const forecast = new Forecast();
  forecast.learn(serviceRow().service, event({ tookMs: 5_000 }));
  for (let wait = 1; wait <= 10; wait += 1)
    forecast.learn(
      serviceRow().service,
      event({ waitedMs: wait * 1_000, partition: wait > 5 ? "gpu" : "cpu" }),
    );
  return forecast;
}

const pending = { isStarting: false, since: 100, retryAt: null };

describe("one that was ordered now would take", () => {
  const { model, profile, engine } = serviceRow().service;

  test("as long as the last like it, after what nine of ten waited", () => {
    const forecast = learnt();
    expect(forecast.startMs({ model, profile })).toBe(14_000);
    expect(forecast.startMs({ model, profile, engine, revision: undefined })).toBe(14_000);
    forecast.learn({ ...serviceRow().service, revision: "newer" }, event({ tookMs: 7_000 }));
    expect(forecast.startMs({ model, profile })).toBe(16_000);
  });

  test("nobody knows how long where there was none like it", () => {
    expect(learnt().startMs({ model: "org/other", profile })).toBeUndefined();
    expect(learnt().startMs({ model, profile: "elsewhere" })).toBeUndefined();
  });
});

describe("a launch will be ready", () => {
  const row = serviceRow();

  test.each([
    [
      "as the scheduler expects it to start, and the model loads",
      waiting({ expectedStartAt: 60_000 }),
      65_000,
    ],
    [
      "as nine of ten waited, where the scheduler does not know",
      waiting({ job: slurmJob({ submittedAt: 1_000 }) }),
      15_000,
    ],
    ["at once, and the model loads, where there is no queue", waiting({}), 5_100],
    ["as it was long ago, when nothing is seen", undefined, 5_100],
  ])("%s", (_fact, fact, at) => {
    expect(learnt().readyAt(row, pending, fact)).toBe(at);
  });

  test("as the model loads once it starts, and after the next try while it backs off", () => {
    expect(learnt().readyAt(row, { ...pending, isStarting: true }, waiting({}))).toBe(5_100);
    expect(learnt().readyAt(row, { ...pending, retryAt: 900 }, waiting({}))).toBe(5_900);
  });

  test("nobody knows when, where its model was never loaded", () => {
    expect(new Forecast().readyAt(row, pending, waiting({ expectedStartAt: 9 }))).toBeUndefined();
  });
});

describe("a successor is launched so long before the end", () => {
  test.each([
    [
      "what nine of ten waited, the load, and two minutes",
      { waitMs: 60_000, loadMs: 20_000, wallMs: 3_600_000 },
      200_000,
    ],
    [
      "a tenth more, where that is longer",
      { waitMs: 1_600_000, loadMs: 200_000, wallMs: 36_000_000 },
      1_980_000,
    ],
    ["half of the wall time at most", { waitMs: 3_600_000, loadMs: 0, wallMs: 600_000 }, 300_000],
    [
      "seventeen minutes, where nothing is known",
      { waitMs: undefined, loadMs: undefined, wallMs: 36_000_000 },
      1_020_000,
    ],
  ])("%s", (_fact, known, leadMs) => {
    expect(renewalLeadMs(known)).toBe(leadMs);
  });

  test("by the waits of its own partition, where it names one", () => {
    const wall = { time: "10:00:00" };
    const lead = (partition?: string) =>
      learnt().leadMs(
        serviceRow({ resources: partition === undefined ? wall : { ...wall, partition } }),
        undefined,
      );
    expect(lead("cpu")).toBe(5_000 + 5_000 + 120_000);
    expect(lead("gpu")).toBe(10_000 + 5_000 + 120_000);
    expect(lead("unheard-of")).toBe(9_000 + 5_000 + 120_000);
  });
});
