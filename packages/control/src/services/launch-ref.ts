import { createHmac } from "node:crypto";
import type { Profile, RunnerSpec } from "@berth/api";
import type { EnginePlan } from "@berth/engines";
import type { LaunchRef } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import type { ServiceLimits } from "../controllers/service-limits.ts";

export function launchIdOf(serviceId: string, attempt: number): string {
  return `${serviceId}-${attempt}`;
}

/** The highest attempt there was, whatever became of it. */
export function lastAttemptOf(row: ServiceRow): number {
  return Math.max(row.attempt, row.renewal?.lastAttempt ?? 0);
}

/** The name of one attempt's launch; the present one's when no other is given. */
export function launchRefOf(
  homeId: string,
  row: ServiceRow,
  profile: Profile,
  attempt = row.attempt,
): LaunchRef {
  return {
    homeId,
    serviceId: row.service.id,
    launchId: launchIdOf(row.service.id, attempt),
    profile,
    handle: handleOf(row, attempt) ?? undefined,
  };
}

function handleOf({ attempt: present, handle, renewal }: ServiceRow, attempt: number): string | null {
  if (attempt === present) return handle;
  if (attempt === renewal?.successor?.attempt) return renewal.successor.handle;
  return renewal?.predecessors.find((each) => each.attempt === attempt)?.handle ?? null;
}

/**
 * The secret of an attempt's runner, the present one's when no other is given. Each attempt has its own: a port that a
 * runner has left may be taken by anybody, and what is sent there meanwhile must open no runner that comes after.
 */
export function launchSecretOf(row: ServiceRow, attempt = row.attempt): string {
  const launchId = launchIdOf(row.service.id, attempt);
  return createHmac("sha256", row.secret).update(launchId).digest("base64url");
}

/** What the runner is told, beside the secret. */
export function runnerSpecOf(
  ids: { readonly homeId: string; readonly serviceId: string; readonly attempt: number },
  plan: EnginePlan,
  limits: ServiceLimits,
  idleTimeoutSeconds: number | null,
): RunnerSpec {
  return {
    version: 1,
    homeId: ids.homeId,
    serviceId: ids.serviceId,
    launchId: launchIdOf(ids.serviceId, ids.attempt),
    program: plan.program,
    listen: plan.listen,
    healthPath: plan.healthPath,
    startTimeoutMs: plan.startTimeoutMs,
    drainMs: limits.drainMs,
    bindHost: "127.0.0.1",
    maxLogBytes: limits.maxLogBytes,
    ...(idleTimeoutSeconds === null ? {} : { idleTimeoutMs: idleTimeoutSeconds * 1000 }),
  };
}
