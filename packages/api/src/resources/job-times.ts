import type { Job } from "./job.ts";

/** How long a job waited, and how long its last attempt took, as far as both are over. */
export function jobTimes(
  job: Pick<Job, "createdAt" | "startedAt" | "finishedAt">,
): Pick<Job, "delayMs" | "executionMs"> {
  const { createdAt, startedAt, finishedAt } = job;
  return {
    delayMs: startedAt === null ? null : Math.max(0, startedAt - createdAt),
    executionMs: startedAt === null || finishedAt === null ? null : Math.max(0, finishedAt - startedAt),
  };
}
