import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addModelCommand } from "../../launch/model-command.ts";

export function define(command: Command, cli: Cli): void {
  addModelCommand(command, cli, "rerank");
  addExamples(command, {
    "berth run rerank owner/name --wait": "until it answers",
    "berth run rerank owner/name --name mine --port 8080": "with a name and a port",
    "berth run rerank owner/name --dry-run": "what would run",
  });
}
