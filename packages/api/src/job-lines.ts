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

/** What a line says: its kind, and the JSON text of that. */
export interface ToldLine {
  readonly kind: keyof JobLine;
  readonly text: string;
}

const lineShape = /^\s*\{\s*"(progress|value|result|answer|error)"\s*:([^]*)\}\s*$/;

/** `undefined`: it is no such line. The text stays as it was told, unread: numbers in it may be larger than ours. */
export function readJobLine(line: string): ToldLine | undefined {
  const [, kind, text] = lineShape.exec(line) ?? [];
  return kind === undefined || text === undefined
    ? undefined
    : { kind: kind as keyof JobLine, text: text.trim() };
}
