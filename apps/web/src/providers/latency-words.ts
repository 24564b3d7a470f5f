import { formatSpan } from "../format/time.ts";

/** The course of the last looks in words: "the last 12 looks took 41 ms to 180 ms, 2 failed". */
export function latencyWords(latenciesMs: readonly (number | null)[]): string {
  const took = latenciesMs.filter((ms) => ms !== null);
  const failed = latenciesMs.length - took.length;
  const looks = `the last ${latenciesMs.length} looks`;
  if (took.length === 0) return `${looks} failed`;
  const span = `${looks} took ${formatSpan(Math.min(...took))} to ${formatSpan(Math.max(...took))}`;
  return failed === 0 ? span : `${span}, ${failed} failed`;
}
