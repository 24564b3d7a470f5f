import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { printRoute } from "../../routes/print-route.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<name>", "the route").action(async (id: string) => {
    printRoute(cli, await cli.client().getModelRoute({ params: { id } }));
  });
  addExamples(command, {
    "berth route show chat": "where it leads, and whether that can answer",
    "berth route show chat --json": "every field",
  });
}
