import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { printKey } from "../keys/print-key.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => printKey(cli, await cli.client().ownKey()));
  addExamples(command, {
    "berth whoami": "the key that is used here, its limits, and what is left of its budgets",
    "BERTH_AUTH_TOKEN=sk-berth-... berth whoami": "of another key",
  });
}
