import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { launch } from "../../launch/launch.ts";
import { addLaunchOptions, type LaunchOptions } from "../../launch/launch-options.ts";
import { readEnvironment } from "../../launch/read-container.ts";
import { addHandlerOptions, readHandler, type HandlerOptions } from "../../launch/read-handler.ts";
import { readLaunch } from "../../launch/read-launch.ts";

interface Options extends LaunchOptions, HandlerOptions {
  readonly model?: string;
}

export function define(command: Command, cli: Cli): void {
  addHandlerOptions(
    addLaunchOptions(command).argument(
      "<file[:class]>",
      "a .py, .ts, .js or .mjs file or its URL; of Python, which class or function of it",
    ),
  )
    .option("--model <name>", "the name callers use for it")
    .action(async (file: string, _: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      const shared = await readLaunch(cli, options, []);
      const env = readEnvironment(cli, options);
      const { model } = options;
      await launch(
        cli,
        {
          ...shared,
          image: "handler",
          handler: readHandler(cli, file, options),
          ...(env === undefined ? {} : { env }),
          ...(model === undefined ? {} : { model }),
        },
        options,
      );
    });
  addExamples(command, {
    "berth run handler app.py:Handler --wait": "a class with predict, called by POST /predict",
    "berth run handler app.ts --requirement sharp": "an exported function",
    "berth run -p della --gres 1 handler app.py": "on a Slurm cluster; the file goes along",
  });
}
