import type { Observation } from "@berth/launchers";

/** How long a launch waited for its turn, where a scheduler told. Later launches are expected to wait as long. */
export function queueEvidence(observation: Observation): Readonly<Record<string, unknown>> {
  const job = observation.kind === "running" ? observation.job : undefined;
  if (job === undefined || job.submittedAt === null || job.startedAt === null) return {};
  return { waitedMs: Math.max(0, job.startedAt - job.submittedAt), partition: job.partition, job: job.id };
}
