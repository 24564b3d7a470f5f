import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      printProfile(cli, await namedOrDefault(openProfileBook(cli), readName(argument, options.name)));
    },
  );
  addExamples(command, {
    "berth profile show": "the default profile",
    "berth profile show --name lab": "another one",
  });
}
