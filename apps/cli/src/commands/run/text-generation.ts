import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addModelCommand } from "../../launch/model-command.ts";

export function define(command: Command, cli: Cli): void {
  addModelCommand(command, cli, "text-generation");
  addExamples(command, {
    "berth run text-generation berth/pilot --wait": "until it answers",
    "berth run text-generation berth/pilot --name mine --port 8080": "with a name and a port",
    "berth run text-generation berth/pilot --dry-run": "what would run",
    "berth run text-generation owner/name -p della --gres 1 --time 2h --dry-run": "the job script",
  });
}
