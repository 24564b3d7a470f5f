import type { WorkerClock } from "./clock.ts";

/** How long a Slurm job can still work, from what Slurm says (seconds since 1970); `undefined` outside of one. */
export function slurmSecondsLeft(
  env: Readonly<Record<string, string | undefined>>,
  clock: Pick<WorkerClock, "now">,
): number | undefined {
  const end = Number(env.SLURM_JOB_END_TIME ?? "");
  if (!Number.isFinite(end) || end <= 0) return undefined;
  return Math.max(0, end - clock.now() / 1000);
}
