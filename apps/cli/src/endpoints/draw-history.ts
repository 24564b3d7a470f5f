import type { EndpointEvent, EndpointMoment } from "@berth/api";
import { oneLine } from "../terminal/plain-text.ts";
import { stepPlot, type Stack } from "../terminal/step-plot.ts";
import type { Paint, Style } from "../terminal/style.ts";
import { shorten } from "../terminal/width.ts";

export interface HistoryOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the terminal. */
  readonly columns: number;
  readonly style: Style;
}

const replicaRows = 3;
const requestRows = 3;
const mostMarks = 9;
const labelColumns = 15;

/**
 * Replicas and requests over time, and below them the decisions, each with a number where it was made. `moments` are in
 * order; between two of them what the earlier says holds.
 */
export function drawHistory(
  moments: readonly EndpointMoment[],
  events: readonly EndpointEvent[],
  options: HistoryOptions,
): string[] {
  const { fromMs, toMs, style } = options;
  const columns = Math.max(10, options.columns - labelColumns);
  const seen = perColumn(moments, options, columns);
  const replicas = seen.map((moment) => moment && { solid: moment.ready, light: moment.starting });
  const requests = seen.map((moment) => moment && { solid: moment.inFlight, light: moment.waiting });
  const decisions = events
    .filter(({ at, kind }) => kind !== "replica" && at >= fromMs && at <= toMs)
    .toSorted((a, b) => a.at - b.at)
    .slice(-mostMarks);
  const marks = decisions.map(({ at }) => columnOf(at, options, columns));
  return [
    ...plot("replicas", replicas, replicaRows, [style.green, style.cyan]),
    ...plot("requests", requests, requestRows, [style.cyan, style.yellow]),
    `${" ".repeat(labelColumns - 1)}${style.dim(timeLine(options, columns))}`,
    ...(marks.length === 0 ? [] : [`${" ".repeat(labelColumns)}${markLine(marks)}`]),
    ...decisions.map(({ at, message }, index) => {
      const line = `${index + 1}  ${style.dim(clock(at, true))}  `;
      return line + shorten(oneLine(message), Math.max(10, options.columns - 13));
    }),
  ];
}

/** The busiest moment of each column: a peak between two looks is not lost. */
function perColumn(
  moments: readonly EndpointMoment[],
  options: HistoryOptions,
  columns: number,
): (EndpointMoment | undefined)[] {
  const seen = Array.from<EndpointMoment | undefined>({ length: columns });
  const last = Array.from<EndpointMoment | undefined>({ length: columns });
  let before: EndpointMoment | undefined;
  for (const moment of moments) {
    if (moment.at < options.fromMs) before = moment;
    if (moment.at < options.fromMs || moment.at > options.toMs) continue;
    const column = columnOf(moment.at, options, columns);
    const busiest = seen[column];
    if (busiest === undefined || height(moment) > height(busiest)) seen[column] = moment;
    last[column] = moment;
  }
  return seen.map((moment, column) => {
    const shown = moment ?? before;
    before = last[column] ?? before;
    return shown;
  });
}

function height({ ready, starting, inFlight, waiting }: EndpointMoment): number {
  return ready + starting + inFlight + waiting;
}

function columnOf(atMs: number, { fromMs, toMs }: HistoryOptions, columns: number): number {
  return Math.min(columns - 1, Math.floor(((atMs - fromMs) / (toMs - fromMs)) * columns));
}

function plot(
  name: string,
  stacks: readonly (Stack | undefined)[],
  rows: number,
  [solidPaint, lightPaint]: readonly [Paint, Paint],
): string[] {
  const most = Math.max(1, ...stacks.map((stack) => (stack === undefined ? 0 : stack.solid + stack.light)));
  return stepPlot(stacks, most, rows).map((line, row) => {
    const label = row === 0 ? `${name.padEnd(8)} ${String(most).padStart(4)}` : row === rows - 1 ? "0" : "";
    const painted = line.replaceAll(/[▁-█]+/g, solidPaint).replaceAll(/░+/g, lightPaint);
    return `${label.padStart(labelColumns - 2)} ┤${painted}`.trimEnd();
  });
}

/** `└14:00────────15:00`. */
function timeLine({ fromMs, toMs }: HistoryOptions, columns: number): string {
  const [first, last] = [clock(fromMs, false), clock(toMs, false)];
  return `└${first}${"─".repeat(Math.max(1, columns - first.length - last.length))}${last}`;
}

/** Of several decisions in one column, the last. */
function markLine(marks: readonly number[]): string {
  const line = Array.from({ length: Math.max(...marks) + 1 }, () => " ");
  for (const [index, column] of marks.entries()) line[column] = String(index + 1);
  return line.join("");
}

/** In the terminal's time zone. */
function clock(atMs: number, withSeconds: boolean): string {
  const date = new Date(atMs);
  const parts = [date.getHours(), date.getMinutes(), ...(withSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
