import { grouped } from "../figures.ts";
import { isHeld, type PacedResult } from "./paced-streams.ts";
import type { Percentiles, Result } from "./results.ts";

export const tableHead = [
  "",
  "requests/s",
  "of nginx",
  "us each",
  "+ms p50, p99 at 1",
  "+ms p50, p99 at 16",
  "stream: first +ms p50",
  "at 38-44 ms",
  "streams held",
  "MiB",
];

export function tableRow(result: Result, floor: Result | undefined): readonly string[] {
  const { perSecond, microsecondsEach, addedMs, delayedPart, residentMiB } = result;
  return [
    result.name,
    grouped(perSecond),
    floor === undefined ? "" : (perSecond / floor.perSecond).toFixed(2),
    Number.isNaN(microsecondsEach) ? "" : grouped(microsecondsEach),
    two(addedMs.one),
    two(addedMs.sixteen),
    addedMs.firstToken.p50.toFixed(3),
    `${(delayedPart * 100).toFixed(2)} %`,
    grouped(result.streamsHeld),
    Number.isNaN(residentMiB) ? "" : residentMiB.toFixed(0),
  ];
}

function two({ p50, p99 }: Percentiles): string {
  return `${p50.toFixed(2)}, ${p99.toFixed(2)}`;
}

/** What was not held, for a note below the table. */
export function pacedNote({ name, paced }: Result): readonly string[] {
  const faults = paced.filter((one) => !isHeld(one)).map(pacedText);
  return faults.length === 0 ? [] : [`${name}, streams ${faults.join("; ")}`];
}

export function pacedText({ streams, events, lost, late, latestMs, upstreamLateMs }: PacedResult): string {
  const part = (count: number): string => `${((100 * count) / events).toFixed(2)} %`;
  const faults = [
    ...(lost > 0 ? [`${part(lost)} lost`] : []),
    ...(late > 0 ? [`${part(late)} late, by up to ${grouped(latestMs)} ms`] : []),
    ...(upstreamLateMs > 100 ? [`the upstream itself up to ${grouped(upstreamLateMs)} ms behind`] : []),
  ];
  return `${grouped(streams)}: ${faults.join(", ") || `at most ${grouped(latestMs)} ms late`}`;
}
