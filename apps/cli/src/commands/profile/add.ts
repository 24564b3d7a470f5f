import { Option, type Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { readName } from "../../profiles/name-option.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";
import { suggestCache } from "../../profiles/shared-models.ts";

interface Options {
  readonly name?: string;
  readonly schema?: string;
  readonly home?: string;
  readonly cache?: string;
  readonly default?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[name]", "the new profile's name")
    .option("--name <name>", "the same")
    .addOption(new Option("--schema <schema>", "the kind of place: local (this machine)"))
    .option("--home <dir>", "where Berth keeps its files; made when absent")
    .option("--cache <dir>", "where shared models lie; must exist, is never written")
    .option("--default", "make it the default profile")
    .action(async (argument: string | undefined, options: Options) => {
      const { schema = "local" } = options;
      if (schema !== "local") throw unknownSchema(schema);
      const name =
        readName(argument, options.name) ?? (await askText(cli, { message: "Name", flag: "a NAME" }));
      const home =
        options.home ??
        (await askText(cli, {
          message: "Home: where Berth keeps its files",
          flag: "--home DIR",
          ...initially(cli, cli.homeDir),
        }));
      const cache =
        options.cache ??
        (await askText(cli, {
          message: "Cache: an existing directory with shared models",
          flag: "--cache DIR",
          ...initially(cli, suggestCache(cli)),
        }));
      const profile = await openProfileBook(cli).add({
        name,
        schema,
        home: cli.path(home),
        cache: cli.path(cache),
        default: options.default === true,
      });
      cli.done(`Added profile ${profile.name}`);
      if (cli.options.json === true) printProfile(cli, profile);
    });
  addExamples(command, {
    "berth profile add": "asks for what it needs",
    "berth profile add lab --schema local --home ~/.berth --cache /data/models --yes": "asks nothing",
  });
}

/** What a person may take with Enter is no answer that a script has given. */
function initially(cli: Cli, value: string): { initial?: string } {
  return cli.canAsk ? { initial: value } : {};
}

function unknownSchema(schema: string): CliError {
  const why = schema === "slurm" ? "slurm profiles are not there yet" : `there is no schema "${schema}"`;
  return new CliError("usage", `--schema: ${why}; use local`);
}
