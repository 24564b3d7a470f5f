import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => cli.printJson(await cli.client().exportModelRoutes()));
  addExamples(command, { "berth route export > routes.json": "all routes, for `berth route import`" });
}
