import type { UsageRow } from "@berth/api";
import type { UsageSpan } from "./usage-range.ts";

/** One value for each hour or day, none left out. */
export interface UsageSeries {
  readonly timesMs: readonly number[];
  readonly rows: readonly (UsageRow | undefined)[];
}

/** The rows by their times; an hour in which nothing was asked has no row, but a place. */
export function usageSeries(rows: readonly UsageRow[], { fromMs, lastMs, stepMs }: UsageSpan): UsageSeries {
  const byTime = new Map(rows.map((row) => [row.group, row]));
  const timesMs: number[] = [];
  for (let at = fromMs; at <= lastMs; at += stepMs) timesMs.push(at);
  return { timesMs, rows: timesMs.map((at) => byTime.get(at)) };
}

/** What was counted, 0 where nothing was asked. */
export function counted({ rows }: UsageSeries, value: (row: UsageRow) => number): readonly number[] {
  return rows.map((row) => (row === undefined ? 0 : value(row)));
}

/** What was measured: nothing where nothing was asked. */
export function measured(
  { rows }: UsageSeries,
  value: (row: UsageRow) => number | null,
): readonly (number | null)[] {
  return rows.map((row) => (row === undefined ? null : value(row)));
}

export function errorPercent({ requests, errors }: Pick<UsageRow, "requests" | "errors">): number | null {
  return requests === 0 ? null : (errors / requests) * 100;
}

const summed = [
  "requests",
  "errors",
  "inputTokens",
  "outputTokens",
  "cachedTokens",
  "costUsd",
  "gpuSeconds",
] as const;

export type UsageTotals = { readonly [N in (typeof summed)[number]]: number };

/** Everything that can be added up; percentiles cannot. */
export function usageTotals(rows: readonly UsageRow[]): UsageTotals {
  const totals = Object.fromEntries(
    summed.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  );
  return totals as UsageTotals;
}
