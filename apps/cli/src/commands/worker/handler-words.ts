import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";

/** What workers are told of a handler. */
export interface HandlerOptions {
  readonly requirement?: readonly string[];
}

export function addHandlerFile(command: Command): Command {
  return command
    .argument(
      "<file[:name]>",
      "a .ts, .js, .mjs or .py file that has a handler, or calls start; of Python, which class or function of it",
    )
    .option("--requirement <package>", "a package of PyPI that it needs; give it again for more", collect);
}

/** The handler, as the worker's program is told it. Python's environments are kept in Berth's home. */
export function handlerWords(cli: Cli, file: string, { requirement = [] }: HandlerOptions): string[] {
  process.env.BERTH_HOME_DIR = cli.homeDir;
  return [cli.path(file), ...requirement.flatMap((each) => ["--requirement", each])];
}
