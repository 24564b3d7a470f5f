import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { printProvider } from "../../providers/print-provider.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<provider>", "its name or id").action(async (name: string) => {
    printProvider(cli, await cli.client().getProvider({ params: { name } }));
  });
  addExamples(command, {
    "berth provider show gpu1": "how it is, and which models it has; never its key",
    "berth provider show gpu1 --json": "every field",
  });
}
