import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findKey } from "../../keys/find-key.ts";
import { printKey } from "../../keys/print-key.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<key>", "name, id, or start of an id").action(async (reference: string) => {
    printKey(cli, findKey((await cli.client().listKeys()).data, reference));
  });
  addExamples(command, {
    "berth key show ci": "its limits, and what is left of its budgets",
    "berth key show ci --json": "every field; never the key itself",
  });
}
