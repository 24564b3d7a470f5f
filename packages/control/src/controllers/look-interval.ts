import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";

/**
 * When to look at the service again: soon while it starts, so that no time is lost; seldom while all is well;
 * `undefined` when it has ended. The longer something takes, the less often it is asked about.
 */
export function lookAgainAfterMs(row: ServiceRow, observation: Observation, now: number): number | undefined {
  const { status, retryAt, unreachableSince, updatedAt } = row.service;
  if (unreachableSince !== null) return 5_000;
  if (retryAt !== null) return Math.max(0, retryAt - now);
  const waited = now - updatedAt;
  if (observation.kind === "queued") return between(250, waited / 20, 5_000);
  switch (status) {
    case "SUBMITTED":
    case "STOPPING":
    case "PENDING":
    case "STARTING":
      return between(25, waited / 20, 500);
    case "UNHEALTHY":
      return 500;
    case "HEALTHY":
      return 1_000;
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return undefined;
  }
}

function between(least: number, value: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, value)));
}
