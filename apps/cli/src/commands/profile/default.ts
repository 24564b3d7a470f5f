import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, requireName } from "../../profiles/name-option.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      const profile = await openProfileBook(cli).setDefault(requireName(argument, options.name));
      cli.done(`${profile.name} is the default profile`);
      if (cli.options.json === true) printProfile(cli, profile);
    },
  );
  addExamples(command, { "berth profile default lab": "commands without --profile use it" });
}
