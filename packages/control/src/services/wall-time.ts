import { wallTimeSeconds, type SlurmJob } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** How long the service's jobs may run: as was asked for, or else as the scheduler says; `undefined` where neither tells. */
export function wallTimeSecondsOf(
  { service }: Pick<ServiceRow, "service">,
  job: SlurmJob | null | undefined,
): number | undefined {
  const asked = service.resources?.time;
  if (asked !== undefined) return wallTimeSeconds(asked);
  if (job === null || job === undefined || job.startedAt === null || job.endsAt === null) return undefined;
  return Math.round((job.endsAt - job.startedAt) / 1000);
}
