import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<name>", "the profile's name")
    .argument("<to>", "its new name")
    .action(async (name: string, to: string) => {
      const profile = await openProfileBook(cli).rename(name, to);
      cli.done(`Renamed profile ${name} to ${profile.name}`);
      if (cli.options.json === true) printProfile(cli, profile);
    });
  addExamples(command, { "berth profile rename default laptop": "services follow it" });
}
