import type { EndpointStep } from "./endpoint-step.ts";
import { isReady, type Replica } from "./replica.ts";

/** In the order in which they go: of those with nothing to do who starts goes first, then who has least to do. */
export function leavesFirst(a: Replica, b: Replica): number {
  return (
    Number(a.inFlight > 0) - Number(b.inFlight > 0) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    a.inFlight - b.inFlight ||
    b.createdAt - a.createdAt
  );
}

/** A replica that could not answer yet has nothing to end. */
export function drained(leaving: readonly Replica[]): readonly EndpointStep[] {
  return leaving
    .filter(({ drainingSince }) => drainingSince === null)
    .map((replica) => ({
      kind: isReady(replica) || replica.inFlight > 0 ? "drain" : "stop",
      replica: replica.id,
    }));
}
