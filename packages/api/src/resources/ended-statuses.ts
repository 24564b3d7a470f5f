import type { JobStatus } from "./job.ts";
import type { ServiceStatus } from "./service.ts";

/** A service in one of these never moves again by itself. (Apart from the schemas: the CLI loads it without them.) */
export const endedStatuses = [
  "STOPPED",
  "FAILED",
  "TIMEOUT",
  "PREEMPTED",
] as const satisfies readonly ServiceStatus[];

export function hasEnded(status: ServiceStatus): boolean {
  return (endedStatuses as readonly ServiceStatus[]).includes(status);
}

/** It changes no more, unless somebody retries it. */
export function hasJobEnded(status: JobStatus): boolean {
  switch (status) {
    case "QUEUED":
    case "RUNNING":
      return false;
    case "COMPLETED":
    case "FAILED":
    case "CANCELLED":
    case "TIMED_OUT":
      return true;
  }
}
