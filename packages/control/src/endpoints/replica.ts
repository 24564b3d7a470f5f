import type { ServiceStatus } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** A service as its endpoint sees it. Times are milliseconds since 1970. */
export interface Replica {
  readonly id: string;
  readonly name: string;
  readonly deployment: number;
  readonly profile: string;
  readonly phase: "starting" | "ready" | "stopping" | "ended";
  /** Why it ended, where nobody had asked for it. */
  readonly failure: string | null;
  /** Since when it waits for its turn to start; null: it does not. */
  readonly waitingSince: number | null;
  /** Since when it could answer, at first or again; null: it never could. */
  readonly readyAt: number | null;
  readonly inFlight: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Since when it does not answer, though it did. */
  readonly unhealthySince: number | null;
  /** Since when it gets no new requests; null: it gets them. */
  readonly drainingSince: number | null;
}

/** What the row and what was last seen of it say. `undefined` for a service that is nobody's replica. */
export function replicaOf(
  { service }: ServiceRow,
  seen: { readonly inFlight: number; readonly drainingSince: number | null },
): Replica | undefined {
  if (service.replicaOf === null) return undefined;
  const { id, name, status, createdAt, endedAt, healthyAt, updatedAt } = service;
  return {
    id,
    name,
    deployment: service.replicaOf.deployment,
    profile: service.profile,
    phase: phaseOf(status),
    failure: failureOf(service),
    waitingSince: waits(status) ? (healthyAt === null ? createdAt : updatedAt) : null,
    readyAt: healthyAt,
    inFlight: seen.inFlight,
    createdAt,
    endedAt,
    unhealthySince: status === "UNHEALTHY" ? updatedAt : null,
    drainingSince: seen.drainingSince,
  };
}

function waits(status: ServiceStatus): boolean {
  return status === "SUBMITTED" || status === "PENDING";
}

function phaseOf(status: ServiceStatus): Replica["phase"] {
  switch (status) {
    case "SUBMITTED":
    case "PENDING":
    case "STARTING":
    case "UNHEALTHY":
      return "starting";
    case "HEALTHY":
      return "ready";
    case "STOPPING":
      return "stopping";
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return "ended";
  }
}

/** Why it ended, where nobody had asked for it. A wall time that is over, or a node that was needed for somebody else, is no fault of what was deployed. */
export function failureOf({ status, statusReason, healthyAt }: ServiceRow["service"]): string | null {
  const failed = status === "FAILED" || (status === "TIMEOUT" && healthyAt === null);
  return failed ? (statusReason ?? `it is ${status}`) : null;
}

/** One that does not answer is replaced then. */
const unhealthyAtMostMs = 5 * 60_000;

export function isSick({ unhealthySince }: Replica, now: number): boolean {
  return unhealthySince !== null && now - unhealthySince >= unhealthyAtMostMs;
}

export function isReady({ phase }: Replica): boolean {
  return phase === "ready";
}
