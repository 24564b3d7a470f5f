import type { UsageRow } from "@berth/api";
import { useMemo, type ReactNode } from "react";
import { formatUsd } from "../format/money.ts";
import { formatRough } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";
import { Card } from "../parts/page.tsx";
import { LazyPlot } from "../plots/lazy-plot.tsx";
import type { PlotLine } from "../plots/plot.tsx";
import { counted, errorPercent, measured, usageSeries, type UsageSeries } from "./usage-series.ts";
import type { UsageSpan } from "./usage-range.ts";

interface Sheet {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly lines: (series: UsageSeries) => readonly PlotLine[];
}

const count = (value: number): string => formatRough(Math.round(value * 100) / 100);
const percent = (value: number): string => `${Math.round(value * 10) / 10} %`;

const sheets: readonly Sheet[] = [
  {
    title: "Requests",
    format: count,
    lines: (series) => [
      { name: "all", values: counted(series, (row) => row.requests), colour: "accent", filled: true },
    ],
  },
  {
    title: "Tokens",
    format: count,
    lines: (series) => [
      { name: "in", values: counted(series, (row) => row.inputTokens), colour: "wait", filled: true },
      { name: "out", values: counted(series, (row) => row.outputTokens), colour: "accent", filled: true },
    ],
  },
  {
    title: "Cost",
    format: formatUsd,
    lines: (series) => [
      { name: "dollars", values: counted(series, (row) => row.costUsd), colour: "accent", filled: true },
    ],
  },
  {
    title: "GPU-seconds",
    format: count,
    lines: (series) => [
      { name: "seconds", values: counted(series, (row) => row.gpuSeconds), colour: "accent", filled: true },
    ],
  },
  {
    title: "Error rate",
    format: percent,
    lines: (series) => [{ name: "failed", values: measured(series, errorPercent), colour: "bad" }],
  },
  {
    title: "Time to the first token",
    format: formatSpan,
    lines: (series) => [
      { name: "half within", values: measured(series, (row) => row.firstTokenP50Ms), colour: "accent" },
      { name: "99 % within", values: measured(series, (row) => row.firstTokenP99Ms), colour: "warn" },
    ],
  },
  {
    title: "Duration",
    format: formatSpan,
    lines: (series) => [
      { name: "half within", values: measured(series, (row) => row.durationP50Ms), colour: "accent" },
      { name: "99 % within", values: measured(series, (row) => row.durationP99Ms), colour: "warn" },
    ],
  },
];

/** What was used over time, one plot a measure; what was nothing all the time needs none. */
export function UsagePlots({
  rows,
  span,
  step,
}: {
  rows: readonly UsageRow[];
  span: UsageSpan;
  step: "hour" | "day";
}): ReactNode {
  const { fromMs, lastMs, stepMs } = span;
  const drawn = useMemo(() => {
    const series = usageSeries(rows, { fromMs, lastMs, stepMs });
    return sheets
      .map((sheet) => ({ ...sheet, timesMs: series.timesMs, lines: sheet.lines(series) }))
      .filter(({ lines }) => lines.some(({ values }) => values.some((value) => value !== null && value > 0)));
  }, [rows, fromMs, lastMs, stepMs]);
  return (
    <div className="mb-4 grid gap-4 md:grid-cols-2 xl:grid-cols-3">
      {drawn.map(({ title, format, timesMs, lines }) => (
        <Card key={title} title={title} aside={step === "hour" ? "by the hour" : "by the day (UTC)"}>
          <div className="px-1 pt-1 pb-1.5">
            <LazyPlot
              label={plotWords(title, step, lines, format)}
              timesMs={timesMs}
              lines={lines}
              format={format}
            />
          </div>
        </Card>
      ))}
    </div>
  );
}

/** "Requests by the hour. all: 120 at most." */
function plotWords(
  title: string,
  step: string,
  lines: readonly PlotLine[],
  format: (value: number) => string,
): string {
  const peaks = lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? `${name}: nothing` : `${name}: ${format(Math.max(...known))} at most`;
  });
  return `${title} by the ${step}. ${peaks.join(", ")}.`;
}
