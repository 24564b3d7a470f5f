import type { CommandSpec } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";
import { isLoopback } from "../../connection/find-server.ts";
import { readDuration } from "../../duration.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { launch } from "../../launch/launch.ts";
import { addLaunchOptions, type LaunchOptions } from "../../launch/launch-options.ts";
import { readLaunch } from "../../launch/read-launch.ts";
import { wordsAfterDashes } from "../../words-after-dashes.ts";

interface Options extends LaunchOptions {
  readonly health?: string;
  readonly model?: string;
  readonly env?: readonly string[];
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
    .option("--env <name[=value]>", "an environment variable; without a value, yours", collect)
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
          command: readCommand(cli, argv, options),
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

function readCommand(cli: Cli, argv: readonly string[], options: Options): CommandSpec {
  const { health, cwd, startTimeout } = options;
  const env = Object.fromEntries((options.env ?? []).map((text) => readVariable(cli, text)));
  // A server elsewhere has no use for this machine's directories.
  const directory = cwd ?? (isLoopback(cli.address().url) ? "." : undefined);
  return {
    argv: [...argv],
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(directory === undefined ? {} : { cwd: cli.path(directory) }),
    ...(health === undefined ? {} : { healthPath: health.startsWith("/") ? health : `/${health}` }),
    ...(startTimeout === undefined
      ? {}
      : { startTimeoutSeconds: readDuration(startTimeout, "--start-timeout") }),
  };
}

function readVariable(cli: Cli, text: string): readonly [string, string] {
  const [name = "", value] = text.split(/=(.*)/s, 2);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new CliError("usage", `--env: "${name}" is no variable's name`);
  const given = value ?? cli.io.env[name];
  if (given === undefined)
    throw new CliError("usage", `--env: ${name} is not set here; give it as ${name}=VALUE`);
  return [name, given];
}
