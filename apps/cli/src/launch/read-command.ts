import type { CommandSpec } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { isLoopback } from "../connection/find-server.ts";
import { readDuration } from "../duration.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { readEnvironment } from "./read-container.ts";
import { profileOf } from "./scheduler-options.ts";

/** What only servers of the user's own take. */
export interface CommandOptions {
  readonly health?: string;
  readonly cwd?: string;
  readonly startTimeout?: string;
}

export function addCommandOptions(command: Command): Command {
  return command
    .option("--health <path>", "answers 2xx when the server is ready, as /health")
    .option("--cwd <dir>", "where it runs (here)")
    .option("--start-timeout <duration>", "how long it may take to be ready");
}

export async function readCommand(
  cli: Cli,
  argv: readonly string[],
  options: LaunchOptions & CommandOptions,
): Promise<CommandSpec> {
  const env = readEnvironment(cli, options);
  const directory = await directoryOf(cli, options);
  return {
    argv: [...argv],
    ...(env === undefined ? {} : { env }),
    ...readCommandFlags(options),
    ...(directory === undefined ? {} : { cwd: directory }),
  };
}

/** What the flags say of a program that is known; its directory as it was given. */
export function readCommandFlags({ health, cwd, startTimeout }: CommandOptions): Omit<CommandSpec, "argv"> {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(health === undefined ? {} : { healthPath: health.startsWith("/") ? health : `/${health}` }),
    ...(startTimeout === undefined
      ? {}
      : { startTimeoutSeconds: readDuration(startTimeout, "--start-timeout") }),
  };
}

/** Where the user is, on this machine; servers and clusters elsewhere have directories of their own. */
async function directoryOf(cli: Cli, options: LaunchOptions & CommandOptions): Promise<string | undefined> {
  const { cwd } = options;
  if (cwd?.startsWith("/") === true) return cwd;
  if (cwd === undefined && !isLoopback(cli.address().url)) return undefined;
  if ((await profileOf(cli, options))?.schema === "slurm") return cwd;
  return cli.path(cwd ?? ".");
}
