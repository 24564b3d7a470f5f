import type { Job, JobStatus } from "@berth/api";
import type { ReactNode } from "react";
import { State, type Tone } from "../parts/state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
}

export const jobSigns: Record<JobStatus, Sign> = {
  QUEUED: { tone: "wait", shape: "○", word: "Queued" },
  RUNNING: { tone: "warn", shape: "◐", word: "Running" },
  COMPLETED: { tone: "ok", shape: "●", word: "Completed" },
  FAILED: { tone: "bad", shape: "✕", word: "Failed" },
  CANCELLED: { tone: "off", shape: "■", word: "Cancelled" },
  TIMED_OUT: { tone: "bad", shape: "✕", word: "Timed out" },
};

export const jobStatusNames = Object.keys(jobSigns) as readonly JobStatus[];

export function JobState({ status }: { status: JobStatus }): ReactNode {
  const { tone, shape, word } = jobSigns[status];
  return <State tone={tone} shape={shape} word={word} />;
}

/** Copied from the contract's `hasJobEnded`, whose module would bring the schema library into the page. */
export function isJobOver({ status }: Pick<Job, "status">): boolean {
  return status !== "QUEUED" && status !== "RUNNING";
}
