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
