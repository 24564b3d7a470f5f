import { type Resources, type SiteDefaults, wallTimeSeconds } from "@berth/api";
import { assertRawOptions } from "./raw-options.ts";
import { slurmTime } from "./wall-time.ts";

/** What the launch asks for, and where it asks nothing, what the site's users usually do. */
export function withSiteDefaults(
  resources: Resources,
  site: Pick<SiteDefaults, "partition" | "account" | "qos" | "time" | "constraint"> | null,
): Resources {
  const { partition, account, qos, time, constraint } = site ?? {};
  const usual = Object.entries({ partition, account, qos, time, constraint }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...Object.fromEntries(usual), ...resources };
}

export interface JobLook {
  readonly jobName: string;
  readonly resources: Resources;
  /** What the runner needs between the scheduler's warning and the end. */
  readonly leadSeconds: number;
}

/** The options, in sbatch's long form, without `--`. Values that people give are last. Throws `invalid_request`. */
export function sbatchOptions({ jobName, resources, leadSeconds }: JobLook): readonly string[] {
  const { time, ntasksPerNode, memoryMiB, gres, partition, constraint, account, qos } = resources;
  const { nodes, exclude, reservation, sbatch = [] } = resources;
  assertRawOptions(sbatch);
  const signal = warningSeconds(leadSeconds, time === undefined ? undefined : wallTimeSeconds(time));
  const asked = {
    time: time === undefined ? undefined : slurmTime(time),
    nodes: String(nodes ?? 1),
    "ntasks-per-node": ntasksPerNode === undefined ? undefined : String(ntasksPerNode),
    mem: memoryMiB === undefined ? undefined : `${memoryMiB}M`,
    gres: gres === undefined ? undefined : gresWord(gres),
    partition,
    constraint,
    account,
    qos,
    exclude,
    reservation,
  };
  return [
    `--job-name=${jobName}`,
    `--comment=${jobName}`,
    "--output=job.log",
    "--open-mode=append",
    // what a node's failure or preemption ends begins again by itself, under the same id
    "--requeue",
    ...(signal === undefined ? [] : [`--signal=B:TERM@${signal}`]),
    ...Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...sbatch,
  ];
}

/** Slurm looks at its clocks twice a minute, and warns up to a minute too early. */
const earlySeconds = 60;
const leastSeconds = 5;

/** How long before its end a job is warned; `undefined` where that would fall into its first half. */
export function warningSeconds(lead: number, wallTime: number | undefined): number | undefined {
  if (wallTime === undefined) return lead;
  const most = Math.floor(wallTime / 2) - earlySeconds;
  return most < leastSeconds ? undefined : Math.min(lead, most);
}

function gresWord(gres: string): string | undefined {
  if (gres === "0") return undefined;
  return /^\d+$/.test(gres) ? `gpu:${gres}` : gres;
}

/**
 * One `#SBATCH` line. There sbatch splits at blanks, ends at `#`, and knows quotes and backslashes; every value in
 * quotes is one word, whatever it holds.
 */
export function sbatchLine(option: string): string {
  const isPlain = /^[A-Za-z0-9_%+,./:@=&|*()[\]!~-]+$/.test(option);
  return `#SBATCH ${isPlain ? option : `"${option.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`;
}
