import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import type { LaunchOptions } from "./launch-options.ts";

const slurmOptions = {
  time: "--time",
  gres: "--gres",
  mem: "--mem",
  partition: "--partition",
  constraint: "--constraint",
  ntasksPerNode: "--ntasks-per-node",
} as const satisfies Partial<Record<keyof LaunchOptions, string>>;

/** Refuses options that only a scheduler could honour, rather than ignoring them. */
export async function refuseSlurmOptions(cli: Cli, options: LaunchOptions): Promise<void> {
  const given = (Object.keys(slurmOptions) as (keyof typeof slurmOptions)[]).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length === 0) return;
  const { data } = await cli.client().listProfiles();
  const profile = data.find(({ name, default: isDefault }) =>
    options.profile === undefined ? isDefault : name === options.profile,
  );
  const flags = given.map((name) => slurmOptions[name]).join(", ");
  const what =
    profile === undefined
      ? `there is no profile "${options.profile ?? "default"}"`
      : `${profile.name} is a ${profile.schema} profile`;
  throw new CliError(
    "usage",
    `${flags}: only slurm profiles have a scheduler to tell, and those are not there yet; ${what}, leave them out`,
  );
}
