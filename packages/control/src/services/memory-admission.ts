import { BerthError, type LaunchPreview } from "@berth/api";
import type { Device } from "@berth/engines";
import type { ServiceRow } from "@berth/store";

/** Whether a launch fits into memory, with the numbers. */
export interface MemoryVerdict {
  /** `null`: nobody can tell, so it is let through. */
  readonly neededMiB: number | null;
  /** What is free once the services that are starting have taken their part. */
  readonly freeMiB: number;
  readonly totalMiB: number;
  /** Of services that are starting and have not taken it yet. */
  readonly promisedMiB: number;
  readonly fits: boolean;
}

/**
 * Weights that engines map from files look free to the kernel, which could drop them at the price of reading them again
 * and again; so what all live services were estimated to need counts against the total as well.
 */
export function judgeMemory(
  neededMiB: number | null,
  device: Pick<Device, "freeMemoryMiB" | "totalMemoryMiB">,
  live: readonly ServiceRow[],
): MemoryVerdict {
  const estimate = (rows: readonly ServiceRow[]): number =>
    rows.reduce((sum, { service }) => sum + (service.estimatedMemoryMiB ?? 0), 0);
  const promisedMiB = estimate(live.filter(({ service }) => isStarting(service.status)));
  const unpromised = Math.min(device.freeMemoryMiB - promisedMiB, device.totalMemoryMiB - estimate(live));
  const freeMiB = Math.max(0, Math.floor(unpromised));
  return {
    neededMiB,
    freeMiB,
    totalMiB: device.totalMemoryMiB,
    promisedMiB,
    fits: neededMiB === null || neededMiB <= freeMiB,
  };
}

/** On a cluster: against what is asked of the scheduler. What is not asked for, the scheduler decides. */
export function judgeAskedMemory(neededMiB: number | null, askedMiB: number | undefined): MemoryVerdict {
  const freeMiB = askedMiB ?? neededMiB ?? 0;
  return {
    neededMiB,
    freeMiB,
    totalMiB: freeMiB,
    promisedMiB: 0,
    fits: askedMiB === undefined || neededMiB === null || neededMiB <= askedMiB,
  };
}

function isStarting(status: ServiceRow["service"]["status"]): boolean {
  return status === "SUBMITTED" || status === "PENDING" || status === "STARTING";
}

/** Throws `insufficient_memory` with the numbers, unless it fits or is forced. */
export function admit(verdict: MemoryVerdict, forced: boolean): void {
  if (verdict.fits || forced) return;
  const { neededMiB, freeMiB, totalMiB, promisedMiB } = verdict;
  const promised = promisedMiB === 0 ? "" : `, ${promisedMiB} MiB of it promised to services that start`;
  throw new BerthError(
    "insufficient_memory",
    `it needs about ${neededMiB} MiB and ${freeMiB} MiB are free (of ${totalMiB} MiB${promised}); ` +
      "stop a service, ask for fewer tokens or sequences, or launch it all the same with --force",
    { details: { neededMiB, freeMiB, totalMiB, promisedMiB } },
  );
}

export function memoryOfPreview({ neededMiB, freeMiB, fits }: MemoryVerdict): LaunchPreview["memory"] {
  return { neededMiB, freeMiB, fits };
}
