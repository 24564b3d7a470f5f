import type { Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";

interface Options {
  readonly name?: string;
  readonly home?: string;
  readonly cache?: string;
}

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent")
    .option("--home <dir>", "where Berth keeps its files; made when absent")
    .option("--cache <dir>", "where shared models lie; must exist, is never written")
    .action(async (argument: string | undefined, options: Options) => {
      const book = openProfileBook(cli);
      const nothingGiven = options.home === undefined && options.cache === undefined;
      if (nothingGiven && !cli.canAsk)
        throw new CliError("usage", "say what to change: --home DIR, --cache DIR");
      const before = await namedOrDefault(book, readName(argument, options.name));
      const home = nothingGiven
        ? await askText(cli, { message: "Home", initial: before.home, flag: "--home DIR" })
        : options.home;
      const cache = nothingGiven
        ? await askText(cli, { message: "Cache", initial: before.cache, flag: "--cache DIR" })
        : options.cache;
      const profile = await book.update(before.name, {
        ...(home === undefined ? {} : { home: cli.path(home) }),
        ...(cache === undefined ? {} : { cache: cli.path(cache) }),
      });
      cli.done(`Updated profile ${profile.name}`);
      if (cli.options.json === true) printProfile(cli, profile);
    });
  addExamples(command, {
    "berth profile update --cache /data/models": "of the default profile",
    "berth profile update lab": "asks for each directory",
  });
}
