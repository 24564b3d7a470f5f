import type { SummaryEvent } from "@berth/api";
import { clockTime } from "../terminal/relative-time.ts";

type Progress = Extract<SummaryEvent, { type: "progress" }>;

/** `12 of 30 parts  41 tokens/s  about 0:51 left`; later rounds merge what was written. */
export function progressLine(progress: Progress): string {
  const { outputTokens, tokensPerSecond, remainingMs } = progress;
  return [
    stageOf(progress),
    ...(outputTokens === 0 ? [] : [`${Math.round(tokensPerSecond)} tokens/s`]),
    ...(remainingMs === null ? [] : [`about ${clockTime(remainingMs / 1000)} left`]),
  ].join("  ");
}

/** What is told where lines cannot be rewritten: a line for each tenth. */
export function milestoneOf(progress: Progress): string {
  const { round, partsDone, partsTotal } = progress;
  const tenth = Math.floor((10 * partsDone) / partsTotal) * 10;
  return round === 0 ? `read ${tenth} %` : `merged ${tenth} %, round ${round}`;
}

function stageOf({ round, partsDone, partsTotal }: Progress): string {
  return `${round === 0 ? "" : "merging, "}${partsDone} of ${partsTotal} ${partsTotal === 1 ? "part" : "parts"}`;
}
