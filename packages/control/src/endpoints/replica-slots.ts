import type { Service } from "@berth/api";
import type { EndpointRow } from "@berth/store";

/** Calls that a replica may have at once where neither the endpoint nor its engine says it. */
const usualSlots = 8;

/** How many calls a replica works on at once: as many as its engine says, or fewer where the endpoint wants that; `undefined`: nobody says it. */
export function knownSlots(
  { concurrency }: Pick<EndpointRow["scaling"], "concurrency">,
  { engine, parallel }: Pick<Service, "engine" | "parallel">,
): number | undefined {
  if (parallel !== null) return Math.max(1, Math.min(concurrency ?? parallel, parallel));
  // a handler that says nothing may be one that works on one call after the other
  return concurrency ?? (engine === "handler" ? 1 : undefined);
}

/** How many of an endpoint's jobs a replica is called with at once: what waits inside it could as well wait in the queue. */
export function slotsOf(
  scaling: Pick<EndpointRow["scaling"], "concurrency">,
  service: Pick<Service, "engine" | "parallel">,
): number {
  return knownSlots(scaling, service) ?? usualSlots;
}
