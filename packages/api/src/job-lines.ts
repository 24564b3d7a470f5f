import type { JobError, JobProgress } from "./resources/job.ts";

/**
 * How a handler's host tells the server's dispatcher of a job, line by line, when its `Accept` names this type. A handler
 * that fails before anything was told, or answers in a way of its own, answers as it would anybody.
 */
export const jobLinesType = "application/vnd.berth.job+ndjson";

/** A line has exactly one of these; values and progress come in any number, and nothing comes after any of the others. */
export interface JobLine {
  readonly progress: JobProgress;
  /** What a generator yields: all of them are the result, as one array. */
  readonly value: unknown;
  /** What a plain handler returned. */
  readonly result: unknown;
  /** What is no JSON, after progress was told. */
  readonly answer: { readonly status: number; readonly contentType: string; readonly base64: string };
  readonly error: JobError;
}
