import { Option, type Command } from "commander";
import { askText } from "../ask-text.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { askPlace, schemas } from "../profiles/ask-place.ts";
import { optionWords } from "../profiles/option-words.ts";
import {
  addPlaceOptions,
  givenClusterFields,
  type PlaceOptions,
  placePath,
} from "../profiles/place-options.ts";
import { becomeServer } from "../server-entry.ts";

interface Options extends PlaceOptions {
  readonly name?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("--name <name>", "the first profile's name (default)")
    .addOption(new Option("--schema <schema>", `the kind of place: ${schemas.join(" or ")}`));
  addPlaceOptions(command).action(async (given: Options) => {
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
      ...(cli.canAsk ? await askedWords(cli, given) : givenWords(cli, given)),
      ...(cli.options.json === true ? ["--json"] : []),
    ]);
  });
  addExamples(command, {
    "berth init": "asks three things",
    "berth init --yes": "takes what it would suggest",
    "berth init --yes --cache /data/models": "all but one",
    "berth init --yes --host della.example.edu --home '~/.berth' --cache /data/models": "a cluster",
  });
}

async function askedWords(cli: Cli, given: Options): Promise<readonly string[]> {
  const name =
    given.name ??
    (await askText(cli, { message: "Name of the first profile", initial: "default", flag: "--name NAME" }));
  return optionWords(await askPlace(cli, name, given));
}

/** What was not said is the server's to choose. */
function givenWords(cli: Cli, { name, schema, home, cache, check, ...rest }: Options): readonly string[] {
  const kind = schema ?? (rest.host === undefined ? "local" : "slurm");
  return optionWords({
    ...(name === undefined ? {} : { name }),
    ...(kind === "local" ? {} : { schema: kind }),
    ...(home === undefined ? {} : { home: placePath(cli, kind, home) }),
    ...(cache === undefined ? {} : { cache: placePath(cli, kind, cache) }),
    ...givenClusterFields(cli, rest),
    ...(check === false ? { check } : {}),
  });
}
