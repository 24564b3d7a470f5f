import type { CommandSpec } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { isLoopback } from "../../connection/find-server.ts";
import { readDuration } from "../../duration.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { launch } from "../../launch/launch.ts";
import { addLaunchOptions, type LaunchOptions } from "../../launch/launch-options.ts";
import { readEnvironment } from "../../launch/read-container.ts";
import { readLaunch } from "../../launch/read-launch.ts";
import { profileOf } from "../../launch/scheduler-options.ts";
import { wordsAfterDashes } from "../../words-after-dashes.ts";

interface Options extends LaunchOptions {
  readonly health?: string;
  readonly model?: string;
  readonly cwd?: string;
  readonly startTimeout?: string;
}

export function define(command: Command, cli: Cli): void {
  addLaunchOptions(command)
    .argument(
      "[command...]",
      "after --, the program and its arguments; {port}, {socket}, {key} and {model} are filled in",
    )
    .usage("[options] -- <program> [arguments]")
    .option("--health <path>", "answers 2xx when the server is ready, as /health")
    .option("--model <name>", "the name callers use for it")
    .option("--cwd <dir>", "where it runs (here)")
    .option("--start-timeout <duration>", "how long it may take to be ready")
    .action(async (words: string[], _: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      const argv = wordsAfterDashes(cli.io.argv);
      if (argv.length === 0 || argv.length !== words.length) {
        throw new CliError(
          "usage",
          "put the program after --, as: berth run command -- my-server --port {port}",
        );
      }
      const shared = await readLaunch(cli, options, []);
      const { model } = options;
      await launch(
        cli,
        {
          ...shared,
          image: "command",
          command: await readCommand(cli, argv, options),
          ...(model === undefined ? {} : { model }),
        },
        options,
      );
    });
  addExamples(command, {
    "berth run command --health /health -- my-server --port {port}": "{port} is chosen for it",
    "berth run command --model me/mine --env HF_TOKEN -- python serve.py --uds {socket}":
      "on a socket nobody else reaches",
  });
}

async function readCommand(cli: Cli, argv: readonly string[], options: Options): Promise<CommandSpec> {
  const { health, startTimeout } = options;
  const env = readEnvironment(cli, options);
  const directory = await directoryOf(cli, options);
  return {
    argv: [...argv],
    ...(env === undefined ? {} : { env }),
    ...(directory === undefined ? {} : { cwd: directory }),
    ...(health === undefined ? {} : { healthPath: health.startsWith("/") ? health : `/${health}` }),
    ...(startTimeout === undefined
      ? {}
      : { startTimeoutSeconds: readDuration(startTimeout, "--start-timeout") }),
  };
}

/** Where the user is, on this machine; servers and clusters elsewhere have directories of their own. */
async function directoryOf(cli: Cli, options: Options): Promise<string | undefined> {
  const { cwd } = options;
  if (cwd?.startsWith("/") === true) return cwd;
  if (cwd === undefined && !isLoopback(cli.address().url)) return undefined;
  if ((await profileOf(cli, options))?.schema === "slurm") return cwd;
  return cli.path(cwd ?? ".");
}
