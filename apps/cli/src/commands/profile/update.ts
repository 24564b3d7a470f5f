import type { Profile } from "@berth/api";
import { clusterFields } from "@berth/api/cluster-fields";
import type { Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import {
  addPlaceOptions,
  givenClusterFields,
  type PlaceOptions,
  placePath,
} from "../../profiles/place-options.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { namedOrDefault, openProfileBook, type ProfileChange } from "../../profiles/profile-book.ts";

interface Options extends PlaceOptions {
  readonly name?: string;
}

export function define(command: Command, cli: Cli): void {
  addPlaceOptions(addNameOption(command, "; the default profile when absent")).action(
    async (argument: string | undefined, options: Options) => {
      const book = openProfileBook(cli);
      const fields = ["home", "cache", ...clusterFields] as const;
      const nothingGiven = fields.every((field) => options[field] === undefined);
      if (nothingGiven && !cli.canAsk)
        throw new CliError("usage", "say what to change: --home DIR, --cache DIR, --partition NAME ...");
      const before = await namedOrDefault(book, readName(argument, options.name));
      const change = nothingGiven ? await askChange(cli, before) : givenChange(cli, before, options);
      const profile = await book.update(before.name, {
        ...change,
        ...(options.check === false ? { check: false } : {}),
      });
      cli.done(`Updated profile ${profile.name}`);
      if (cli.options.json === true) printProfile(cli, profile);
    },
  );
  addExamples(command, {
    "berth profile update --cache /data/models": "of the default profile",
    "berth profile update della --partition gpu --time 2h": "what launches there ask for by themselves",
    "berth profile update della --partition ''": "takes it away again",
    "berth profile update lab": "asks for each field",
  });
}

function givenChange(cli: Cli, { schema }: Profile, options: Options): ProfileChange {
  const { home, cache } = options;
  return {
    ...(home === undefined ? {} : { home: placePath(cli, schema, home) }),
    ...(cache === undefined ? {} : { cache: placePath(cli, schema, cache) }),
    ...givenClusterFields(cli, options),
  };
}

/** Only what the answers change. */
async function askChange(cli: Cli, { schema, home, cache, slurm }: Profile): Promise<ProfileChange> {
  const before = { home, cache, ...slurm };
  const fields =
    schema === "slurm" ? (["home", "cache", ...clusterFields] as const) : (["home", "cache"] as const);
  const change: Record<string, string> = {};
  for (const field of fields) {
    const initial = before[field as keyof typeof before] ?? "";
    const flag = `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const answer = await askText(cli, { message: field.replace("sshConfig", "ssh config"), initial, flag });
    if (answer !== initial)
      change[field] = field === "home" || field === "cache" ? placePath(cli, schema, answer) : answer;
  }
  return change;
}
