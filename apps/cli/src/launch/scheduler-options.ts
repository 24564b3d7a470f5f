import type { Profile, Resources } from "@berth/api";
import { wallTimeSeconds } from "@berth/api/wall-time";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import type { LaunchOptions, SchedulerOptions } from "./launch-options.ts";
import { readMemoryMiB } from "./read-memory.ts";

const schedulerOptions: Readonly<Record<keyof SchedulerOptions, string>> = {
  time: "--time",
  gres: "--gres",
  mem: "--mem",
  ntasksPerNode: "--ntasks-per-node",
  partition: "--partition",
  constraint: "--constraint",
  account: "--account",
  qos: "--qos",
  nodes: "--nodes",
  exclude: "--exclude",
  reservation: "--reservation",
  sbatch: "--sbatch",
  renew: "--renew",
};

/** The profile that the options name, or the default one; `undefined` where there is none such: the server says so. */
export async function profileOf(cli: Cli, { profile }: LaunchOptions): Promise<Profile | undefined> {
  const { data } = await cli.client().listProfiles();
  return data.find((each) => (profile === undefined ? each.default : each.name === profile));
}

/** Refuses options that only a scheduler could honour, by name, where there is none: nor on `further` profiles. */
export async function refuseSchedulerOptions(
  cli: Cli,
  options: LaunchOptions,
  further: readonly string[] = [],
): Promise<void> {
  const given = (Object.keys(schedulerOptions) as (keyof SchedulerOptions)[]).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length === 0) return;
  const profile = await profileOf(cli, options);
  if (profile === undefined || profile.schema === "slurm") return;
  for (const name of further) if ((await profileOf(cli, { profile: name }))?.schema === "slurm") return;
  throw new CliError(
    "usage",
    `${given.map((name) => schedulerOptions[name]).join(", ")}: only slurm profiles have a scheduler to tell; ${profile.name} is a ${profile.schema} profile, leave them out`,
  );
}

/** What to ask of the scheduler; nothing where nothing is given. */
export function readResources(options: SchedulerOptions): Resources | undefined {
  const { time, gres, mem, ntasksPerNode, partition, constraint, account, qos, nodes, exclude } = options;
  const { reservation, sbatch } = options;
  if (time !== undefined && wallTimeSeconds(time) === undefined) {
    throw new CliError(
      "usage",
      `--time: "${time}" is no wall time; give minutes (30), hh:mm:ss, days-hours (1-12), or 45m, 2h, 1d`,
    );
  }
  const resources: Resources = {
    ...(time === undefined ? {} : { time }),
    ...(gres === undefined ? {} : { gres }),
    ...(mem === undefined ? {} : { memoryMiB: readMemoryMiB(mem, "--mem") }),
    ...(ntasksPerNode === undefined ? {} : { ntasksPerNode }),
    ...(partition === undefined ? {} : { partition }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(account === undefined ? {} : { account }),
    ...(qos === undefined ? {} : { qos }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(reservation === undefined ? {} : { reservation }),
    ...(sbatch === undefined ? {} : { sbatch: [...sbatch] }),
  };
  return Object.keys(resources).length === 0 ? undefined : resources;
}
