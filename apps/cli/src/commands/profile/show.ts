import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { printCluster } from "../../profiles/print-cluster.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";
import { findCluster } from "../../profiles/show-found.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      const book = openProfileBook(cli);
      const profile = await namedOrDefault(book, readName(argument, options.name));
      printProfile(cli, profile);
      if (cli.options.json === true) return;
      const cluster = await findCluster(cli, book, profile);
      if (cluster === undefined) return;
      cli.print("");
      printCluster(cli, cluster);
    },
  );
  addExamples(command, {
    "berth profile show": "the default profile",
    "berth profile show --name lab": "another one; of a cluster also what it has",
  });
}
