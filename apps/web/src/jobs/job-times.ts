import type { Job } from "@berth/api";

/** How long a job waited for its last attempt, or waits by now; null for one that was never begun and never will be. */
export function delayMs({ status, createdAt, delayMs: delay }: Job, now: number): number | null {
  return delay ?? (status === "QUEUED" ? Math.max(0, now - createdAt) : null);
}

/** How long its last attempt took, or takes by now. */
export function executionMs({ status, startedAt, executionMs: took }: Job, now: number): number | null {
  if (startedAt === null || status === "QUEUED") return null;
  return took ?? Math.max(0, now - startedAt);
}

/** How much of it is done, of 1; null where the handler does not know how much there is. */
export function fractionDone({ progress }: Pick<Job, "progress">): number | null {
  if (progress === null || progress.total === null) return null;
  return Math.min(1, progress.done / progress.total);
}

/** How much longer it takes if it goes on as it did; undefined while that cannot be said. */
export function timeLeftMs(job: Job, now: number): number | undefined {
  const fraction = fractionDone(job);
  const spent = executionMs(job, now);
  if (job.status !== "RUNNING" || fraction === null || spent === null || fraction <= 0) return undefined;
  return (spent * (1 - fraction)) / fraction;
}
