import type { UsageRow } from "@berth/api";
import { describe, expect, test } from "vitest";
import { readRange, usageSpan } from "./usage-range.ts";
import { counted, errorPercent, measured, usageSeries, usageTotals } from "./usage-series.ts";

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 2, 14, 10, 53);

const row = (parts: Partial<UsageRow>): UsageRow => ({
  group: "pilot",
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  gpuSeconds: 0,
  firstTokenP50Ms: null,
  firstTokenP99Ms: null,
  durationP50Ms: null,
  durationP99Ms: null,
  ...parts,
});

describe("time", () => {
  test("a day back is 24 whole hours, with the one under way", () => {
    const span = usageSpan("24h", nowMs);
    expect(new Date(span.fromMs).toISOString()).toBe("2026-03-13T11:00:00.000Z");
    expect(usageSeries([], span).timesMs).toHaveLength(24);
  });

  test("a month back is 30 days of UTC", () => {
    const span = usageSpan("30d", nowMs);
    expect(new Date(span.lastMs).toISOString()).toBe("2026-03-14T00:00:00.000Z");
    expect(usageSeries([], span).timesMs).toHaveLength(30);
  });

  test.each([
    ["7d", "7d"],
    ["century", "24h"],
    [undefined, "24h"],
  ])("%s in the address is %s", (word, name) => {
    expect(readRange(word)).toBe(name);
  });
});

describe("values", () => {
  const span = { fromMs: 0, lastMs: 2 * hourMs, stepMs: hourMs };
  const series = usageSeries([row({ group: hourMs, requests: 4, firstTokenP50Ms: 80 })], span);

  test("an hour without requests counts 0, and measured nothing", () => {
    expect(counted(series, ({ requests }) => requests)).toEqual([0, 4, 0]);
    expect(measured(series, (one) => one.firstTokenP50Ms)).toEqual([null, 80, null]);
  });

  test("what can be added up is", () => {
    const rows = [row({ requests: 2, costUsd: 0.5 }), row({ requests: 1, costUsd: 0.25, errors: 1 })];
    expect(usageTotals(rows)).toMatchObject({ requests: 3, costUsd: 0.75, errors: 1 });
  });

  test.each([
    [{ requests: 0, errors: 0 }, null],
    [{ requests: 8, errors: 2 }, 25],
  ])("%j is an error rate of %s %%", (counts, percent) => {
    expect(errorPercent(counts)).toBe(percent);
  });
});
