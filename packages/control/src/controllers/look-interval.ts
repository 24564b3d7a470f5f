import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";

/**
 * When to look at the service again: soon while it starts, so that no time is lost; seldom while all is well, and less
 * often where the way is longer; `undefined` when it has ended. The longer something takes, the less often it is asked
 * about. `elsewhere`: how many services live, for one that lives on a cluster.
 */
export function lookAgainAfterMs(
  row: ServiceRow,
  observation: Observation,
  now: number,
  elsewhere: number | undefined,
): number | undefined {
  const present = presentAgainAfterMs(row, observation, now, elsewhere);
  const successor = row.renewal?.successor ?? undefined;
  if (present === undefined || successor === undefined) return present;
  const { status, retryAt, updatedAt } = successor;
  if (retryAt !== null) return Math.min(present, Math.max(minimumMs, retryAt - now));
  const waited = now - updatedAt;
  const soonest = status === "STARTING" ? between(100, waited / 20, 1_000) : between(250, waited / 20, 5_000);
  return Math.min(present, soonest);
}

const minimumMs = 25;

function presentAgainAfterMs(
  row: ServiceRow,
  observation: Observation,
  now: number,
  elsewhere: number | undefined,
): number | undefined {
  const { status, retryAt, unreachableSince, updatedAt } = row.service;
  if (unreachableSince !== null) return elsewhere !== undefined ? together(now, elsewhere) : 5_000;
  if (retryAt !== null) return Math.max(0, retryAt - now);
  const waited = now - updatedAt;
  if (observation.kind === "queued") return between(250, waited / 20, 5_000);
  switch (status) {
    case "SUBMITTED":
    case "STOPPING":
    case "PENDING":
    case "STARTING":
      return elsewhere !== undefined
        ? between(100, waited / 20, 1_000)
        : between(minimumMs, waited / 20, 500);
    case "UNHEALTHY":
      return elsewhere !== undefined ? together(now, elsewhere) : 500;
    case "HEALTHY":
      return elsewhere !== undefined ? together(now, elsewhere) : 1_000;
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return undefined;
  }
}

/**
 * Those of a second in the same moment, since each look at a cluster is a program of its own here; and the more there are,
 * the less often each, so that they cost the same.
 */
function together(now: number, count: number): number {
  const seconds = Math.round(between(5_000, count * 100, 60_000) / 1_000);
  return seconds * 1_000 - (now % 1_000);
}

function between(least: number, value: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, value)));
}
