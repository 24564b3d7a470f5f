import type { Service, SlurmJob } from "@berth/api";
import { formatCount } from "../format/size.ts";
import { formatExpected, formatRoughSpan } from "../format/time.ts";

type Waiting = Pick<Service, "status" | "statusReason" | "job" | "expectedReadyAt">;

/** Why a job waits, behind how many, until about when, and how long it then takes to load. Empty when it does not wait. */
export function waitingWords({ status, statusReason, job, expectedReadyAt }: Waiting, now: number): string[] {
  if (job === null || (status !== "SUBMITTED" && status !== "PENDING")) return [];
  const words = queueWords(job, now, statusReason);
  const start = job.expectedStartAt;
  if (expectedReadyAt === null) return words;
  if (start === null) return [...words, `ready about ${formatExpected(expectedReadyAt, now)}`];
  const loadMs = expectedReadyAt - start;
  return loadMs > 0 ? [...words, `then ${formatRoughSpan(loadMs)} to load`] : words;
}

/** A job's own reason, place and expected start; the reason is left out where it has been said. */
export function queueWords(job: SlurmJob, now: number, said: string | null): string[] {
  const { reason, jobsAhead, expectedStartAt, submittedAt } = job;
  return [
    reason === null || said?.includes(reason) === true ? undefined : reason,
    jobsAhead === null ? undefined : jobsAhead === 0 ? "next in line" : `${formatCount(jobsAhead)} ahead`,
    expectedStartAt === null ? undefined : startWords(expectedStartAt, now),
    submittedAt === null ? undefined : `waiting for ${formatRoughSpan(now - submittedAt)}`,
  ].filter((word) => word !== undefined);
}

function startWords(at: number, now: number): string {
  const leftMs = at - now;
  // Slurm's estimates are often overtaken; what it said is past is no promise any more
  return leftMs < 0
    ? "should start any moment"
    : `starts about ${formatExpected(at, now)}, in ${formatRoughSpan(leftMs)}`;
}

/** What comes after the wall time: a successor and how it stands, the promise of one, or the end. */
export function renewalWords({ job, renew, successor }: Service, now: number): string | undefined {
  if (job?.endsAt == null) return undefined;
  const end = formatExpected(job.endsAt, now);
  if (successor === null) return renew ? `renews itself before ${end}` : `ends at ${end}`;
  const ready = successor.expectedReadyAt;
  switch (successor.status) {
    case "PENDING":
      return `successor queued${ready === null ? "" : `, ready about ${formatExpected(ready, now)}`}`;
    case "STARTING":
      return `successor loading${ready === null ? "" : `, ready about ${formatExpected(ready, now)}`}`;
    case "HEALTHY":
      return "successor ready; requests go to it";
  }
}

/** How much of a running job's wall time is left, of 1; undefined while it does not run or has no end. */
export function timeLeft(
  job: SlurmJob | null,
  now: number,
): { leftMs: number; fraction: number } | undefined {
  if (job === null || job.endsAt === null || job.startedAt === null) return undefined;
  const leftMs = Math.max(0, job.endsAt - now);
  const wholeMs = job.endsAt - job.startedAt;
  return { leftMs, fraction: wholeMs <= 0 ? 0 : Math.min(1, leftMs / wholeMs) };
}
