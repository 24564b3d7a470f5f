import type { JobError, JobProgress } from "./resources/job.ts";

/** Of what a handler says in words, so many UTF-16 units are kept: a list of jobs holds them all. */
const mostCode = 128;
const mostMessage = 4096;
const mostDetails = 4096;
const mostProgress = 1024;

/** Cut, never refused: whoever fails must be able to say so. */
export function cutJobError({ code, message, details }: JobError): JobError {
  return {
    code: cut(code, mostCode),
    message: cut(message, mostMessage),
    details: details === null ? null : cut(details, mostDetails),
  };
}

/** The same of how far a job is. */
export function cutJobProgress({ done, total, message }: JobProgress): JobProgress {
  return { done, total, message: message === null ? null : cut(message, mostProgress) };
}

/** What is cut ends with an ellipsis, and not amid a sign that takes two units. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
