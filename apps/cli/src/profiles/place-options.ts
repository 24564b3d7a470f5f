import { clusterFields } from "@berth/api/cluster-fields";
import { Option, type Command } from "commander";
import type { Cli } from "../cli.ts";

/** What a person may say of a profile's place, by options of `add`, `update` and `init`. */
export interface PlaceOptions {
  readonly schema?: string;
  readonly home?: string;
  readonly cache?: string;
  readonly host?: string;
  readonly user?: string;
  readonly sshConfig?: string;
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly time?: string;
  readonly constraint?: string;
  readonly runtime?: string;
  readonly setup?: string;
  readonly node?: string;
  /** False by `--no-check`. */
  readonly check?: boolean;
}

export function addPlaceOptions(command: Command): Command {
  return command
    .option("--home <dir>", "where Berth keeps its files; made when absent")
    .option("--cache <dir>", "where shared models lie; must exist, is never written")
    .option("--host <host>", "of a cluster: its login node, or localhost when Berth runs on it")
    .option("--user <user>", "of a cluster: your name there, if the ssh config does not say it")
    .option("--ssh-config <file>", "of a cluster: another ssh config than your own")
    .option("--partition <name>", "of a cluster: where Slurm jobs go unless a launch says otherwise")
    .option("--account <name>", "of a cluster: the account they are charged to")
    .option("--qos <name>", "of a cluster: their quality of service")
    .option("--time <time>", "of a cluster: their wall time, as 30, 1:30:00, 2h")
    .option("--constraint <features>", "of a cluster: features their nodes must have")
    .addOption(
      new Option("--runtime <runtime>", "of a cluster: what wraps engines there").choices([
        "process",
        "apptainer",
        "podman",
        "pyxis",
      ]),
    )
    .option("--setup <line>", "of a cluster: a line of shell each Slurm job begins with")
    .option("--node <path>", "of a cluster: Node 24 on its compute nodes, in place of Berth's own")
    .option("--no-check", "of a cluster: do not connect to it now");
}

/** Paths of this machine are made absolute; those of a cluster are its own. */
export function placePath(cli: Cli, schema: string, path: string): string {
  return schema === "local" ? cli.path(path) : path;
}

/** The cluster's fields that were given, `sshConfig` absolute. */
export function givenClusterFields(
  cli: Cli,
  options: PlaceOptions,
): Partial<Record<(typeof clusterFields)[number], string>> {
  return Object.fromEntries(
    clusterFields.flatMap((field) => {
      const value = options[field];
      if (value === undefined) return [];
      return [[field, field === "sshConfig" && value !== "" ? cli.path(value) : value]];
    }),
  );
}
