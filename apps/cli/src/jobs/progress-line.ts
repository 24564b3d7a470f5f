import type { JobProgress } from "@berth/api";
import { clockTime } from "../terminal/relative-time.ts";

const barCells = 20;
const milestonePercent = 10;

/** `42 of 100, mixing`; empty where the handler says nothing. */
export function progressText(progress: JobProgress | null): string {
  if (progress === null) return "";
  const { done, total, message } = progress;
  const count = total === null ? String(done) : `${done} of ${total}`;
  return message === null || message === "" ? count : `${count}, ${message}`;
}

/** Tells from what it has seen how long the rest will take. */
export class ProgressMeter {
  #first: { readonly atMs: number; readonly done: number } | undefined;

  /** `━━━━━━──────  42 %  42 of 100, mixing  0:51 left`. */
  line(progress: JobProgress, nowMs: number): string {
    const { done, total } = progress;
    if (this.#first === undefined || done < this.#first.done) this.#first = { atMs: nowMs, done };
    if (total === null) return progressText(progress);
    const percent = percentOf(done, total);
    const full = Math.floor((percent / 100) * barCells);
    const bar = `${"━".repeat(full)}${"─".repeat(barCells - full)}`;
    const left = this.#secondsLeft(done, total, nowMs);
    return [
      `${bar} ${percent} %`,
      progressText(progress),
      ...(left === undefined ? [] : [`${clockTime(left)} left`]),
    ].join("  ");
  }

  #secondsLeft(done: number, total: number, nowMs: number): number | undefined {
    const first = this.#first;
    if (first === undefined || done <= first.done || done >= total) return undefined;
    return (((nowMs - first.atMs) / (done - first.done)) * (total - done)) / 1000;
  }
}

/** Where lines cannot be rewritten: changes every tenth of the way. */
export function progressMilestone({ done, total }: JobProgress): string {
  if (total === null) return "";
  return `${Math.floor(percentOf(done, total) / milestonePercent) * milestonePercent} %`;
}

function percentOf(done: number, total: number): number {
  return Math.min(100, Math.floor((done / total) * 100));
}
