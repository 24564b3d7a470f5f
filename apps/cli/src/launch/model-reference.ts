import type { Cli } from "../cli.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { profileOf } from "./scheduler-options.ts";

/** Paths are made absolute here, where the working directory is the user's; those of a cluster are the cluster's. */
export async function modelReference(cli: Cli, model: string, options: LaunchOptions): Promise<string> {
  if (!/^(\.{0,2}\/|~\/)/.test(model)) return model;
  return (await profileOf(cli, options))?.schema === "slurm" ? model : cli.path(model);
}
