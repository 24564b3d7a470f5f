import { jobStatuses, type JobStatus } from "@berth/api";
import type { JobRow } from "./job-row.ts";

/** A job's status; of one that is queued, whether it can be claimed (READY) or waits for its time (DELAYED). */
export type Standing = Exclude<JobStatus, "QUEUED"> | "READY" | "DELAYED";

export const standings: readonly Standing[] = [
  "READY",
  "DELAYED",
  ...jobStatuses.filter((status) => status !== "QUEUED"),
];

export function standingOf({ status, ready }: Pick<JobRow, "status" | "ready">): Standing {
  if (status !== "QUEUED") return status;
  return ready === 1 ? "READY" : "DELAYED";
}

export function statusOf(standing: Standing): JobStatus {
  return standing === "READY" || standing === "DELAYED" ? "QUEUED" : standing;
}
