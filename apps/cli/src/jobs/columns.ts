import type { Delivery, Job } from "@berth/api";
import { hasJobEnded } from "@berth/api/ended-statuses";
import { briefTime, relativeTime } from "../terminal/relative-time.ts";
import type { Style } from "../terminal/style.ts";
import type { Column } from "../terminal/table.ts";
import { timeSpan } from "../usage/figures.ts";
import { progressText } from "./progress-line.ts";
import { deliveryPaint, jobPaint } from "./status-paint.ts";

/** What `berth job ls` shows; `nameOf`: of the endpoint, where jobs of several are listed. */
export function jobColumns(
  style: Style,
  nowMs: number,
  nameOf: ((endpointId: string) => string) | undefined,
): readonly Column<Job>[] {
  const endpoint: Column<Job>[] =
    nameOf === undefined
      ? []
      : [{ title: "ENDPOINT", cell: ({ endpointId }) => nameOf(endpointId), shrinkTo: 8, expendable: 2 }];
  return [
    { title: "JOB", cell: ({ id }) => id },
    ...endpoint,
    {
      title: "STATUS",
      cell: ({ status, isDeadLetter }) => (isDeadLetter ? `${status} (dead letter)` : status),
      brief: ({ status }) => status,
      paint: ({ status }) => jobPaint(status, style),
    },
    {
      title: "PROGRESS",
      cell: ({ status, progress }) => (hasJobEnded(status) ? "" : progressText(progress)),
      shrinkTo: 8,
      expendable: 3,
    },
    {
      title: "SUBMITTED",
      cell: ({ createdAt }) => relativeTime(createdAt, nowMs),
      brief: ({ createdAt }) => briefTime(createdAt, nowMs),
      expendable: 1,
    },
    { title: "WAITED", cell: (job) => timeSpan(waitedMs(job, nowMs)), expendable: 5 },
    { title: "TOOK", cell: (job) => timeSpan(tookMs(job, nowMs)), expendable: 4 },
    { title: "TRIES", cell: ({ attempts, maxAttempts }) => `${attempts}/${maxAttempts}`, expendable: 7 },
    { title: "WHY", cell: ({ error }) => error?.message ?? "", shrinkTo: 20, expendable: 6 },
  ];
}

/** Until its last attempt began; of one that waits, so far. */
export function waitedMs({ delayMs, createdAt, finishedAt }: Job, nowMs: number): number {
  return delayMs ?? Math.max(0, (finishedAt ?? nowMs) - createdAt);
}

/** How long its last attempt took, or takes already. */
export function tookMs({ executionMs, startedAt }: Job, nowMs: number): number | null {
  return startedAt === null ? null : (executionMs ?? Math.max(0, nowMs - startedAt));
}

export function deliveryColumns(style: Style, nowMs: number): readonly Column<Delivery>[] {
  const time = (atMs: number | null): string => (atMs === null ? "" : relativeTime(atMs, nowMs));
  return [
    { title: "DELIVERY", cell: ({ id }) => id, shrinkTo: 8 },
    { title: "STATUS", cell: ({ status }) => status, paint: ({ status }) => deliveryPaint(status, style) },
    { title: "TRIES", cell: ({ attempts }) => String(attempts) },
    { title: "LAST", cell: ({ lastAttemptAt }) => time(lastAttemptAt) },
    { title: "NEXT", cell: ({ nextAttemptAt }) => time(nextAttemptAt), expendable: 2 },
    {
      title: "ANSWER",
      cell: ({ responseStatus }) => (responseStatus === null ? "" : String(responseStatus)),
    },
    { title: "WHY", cell: ({ error }) => error ?? "", shrinkTo: 12, expendable: 1 },
    { title: "URL", cell: ({ url }) => url, shrinkTo: 16, expendable: 3 },
  ];
}
