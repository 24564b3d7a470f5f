import type { Command } from "commander";
import { askText } from "../ask-text.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { suggestCache } from "../profiles/shared-models.ts";
import { becomeServer } from "../server-entry.ts";

interface Options {
  readonly name?: string;
  readonly home?: string;
  readonly cache?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("--name <name>", "the first profile's name (default)")
    .option("--home <dir>", "where it keeps its files (Berth's home)")
    .option("--cache <dir>", "where shared models lie; must exist, is never written")
    .action(async (given: Options) => {
      const answers = cli.canAsk ? await askForRest(cli, given) : given;
      if (!cli.canAsk && cli.options.yes !== true) {
        throw new CliError(
          "usage",
          "nobody can be asked here: pass --yes to take the defaults (--name, --home, --cache)",
        );
      }
      await becomeServer([
        "init",
        "--yes",
        "--home-dir",
        cli.homeDir,
        ...(answers.name === undefined ? [] : ["--name", answers.name]),
        ...(answers.home === undefined ? [] : ["--home", cli.path(answers.home)]),
        ...(answers.cache === undefined ? [] : ["--cache", cli.path(answers.cache)]),
        ...(cli.options.json === true ? ["--json"] : []),
      ]);
    });
  addExamples(command, {
    "berth init": "asks three things",
    "berth init --yes": "takes what it would suggest",
    "berth init --yes --cache /data/models": "all but one",
  });
}

async function askForRest(cli: Cli, given: Options): Promise<Options> {
  const name =
    given.name ??
    (await askText(cli, { message: "Name of the first profile", initial: "default", flag: "--name NAME" }));
  const home =
    given.home ??
    (await askText(cli, { message: "Where it keeps its files", initial: cli.homeDir, flag: "--home DIR" }));
  const cache =
    given.cache ??
    (await askText(cli, {
      message: "An existing directory with shared models (only read)",
      initial: suggestCache(cli),
      flag: "--cache DIR",
    }));
  return { name, home, cache };
}
