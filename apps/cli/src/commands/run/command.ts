import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { launch } from "../../launch/launch.ts";
import { addLaunchOptions, type LaunchOptions } from "../../launch/launch-options.ts";
import { addCommandOptions, readCommand, type CommandOptions } from "../../launch/read-command.ts";
import { readLaunch } from "../../launch/read-launch.ts";
import { wordsAfterDashes } from "../../words-after-dashes.ts";

interface Options extends LaunchOptions, CommandOptions {
  readonly model?: string;
}

export function define(command: Command, cli: Cli): void {
  const launching = addLaunchOptions(command)
    .argument(
      "[command...]",
      "after --, the program and its arguments; {port}, {socket}, {key} and {model} are filled in",
    )
    .usage("[options] -- <program> [arguments]")
    .option("--model <name>", "the name callers use for it");
  addCommandOptions(launching).action(async (words: string[], _: Options, called: Command) => {
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
