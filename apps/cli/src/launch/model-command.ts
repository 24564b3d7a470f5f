import type { CreateService, Image } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { wordsAfterDashes } from "../words-after-dashes.ts";
import { launch } from "./launch.ts";
import { addLaunchOptions, type LaunchOptions } from "./launch-options.ts";
import { readEnvironment } from "./read-container.ts";
import { readLaunch } from "./read-launch.ts";
import { modelReference } from "./model-reference.ts";

/**
 * A kind of service that runs a model: `berth run KIND MODEL [-- engine options]`. `own` makes of the options that this kind
 * alone has what the order holds of them.
 */
export function addModelCommand<Own extends object>(
  command: Command,
  cli: Cli,
  image: Image,
  own: (options: LaunchOptions & Partial<Own>) => Pick<CreateService, "task" | "options"> = () => ({}),
): Command {
  return addLaunchOptions(command)
    .argument("<model>", "a repository id, or the path of a model's file or directory")
    .argument("[engine-options...]", "after --, word for word")
    .usage("[options] <model> [-- engine options]")
    .action(async (model: string, extra: string[], _: LaunchOptions, called: Command) => {
      const options = called.optsWithGlobals<LaunchOptions & Partial<Own>>();
      refuseStray(extra, wordsAfterDashes(cli.io.argv));
      const shared = await readLaunch(cli, options, extra);
      const env = readEnvironment(cli, options);
      const { options: ownOptions, ...order } = own(options);
      const request = {
        ...shared,
        ...order,
        ...(ownOptions === undefined ? {} : { options: { ...shared.options, ...ownOptions } }),
        ...(env === undefined ? {} : { env }),
        image,
      };
      await launch(cli, { ...request, model: await modelReference(cli, model, options) }, options);
    });
}

function refuseStray(extra: readonly string[], afterDashes: readonly string[]): void {
  const stray = extra.slice(0, extra.length - afterDashes.length);
  if (stray.length > 0) {
    throw new CliError(
      "usage",
      `one model at a time: "${stray.join(" ")}" is too much (engine options go after --)`,
    );
  }
}
