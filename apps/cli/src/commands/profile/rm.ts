import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, requireName } from "../../profiles/name-option.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      const book = openProfileBook(cli);
      const { name } = await book.get(requireName(argument, options.name));
      await confirm(cli, `Remove profile ${name}? Its files stay.`);
      await book.remove(name);
      if (cli.options.json === true) cli.printJson({ name });
      cli.done(`Removed profile ${name}`);
    },
  );
  addExamples(command, {
    "berth profile rm lab": "asks first",
    "berth profile rm --name lab --yes": "does not",
  });
}
