import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addModelCommand } from "../../launch/model-command.ts";

export function define(command: Command, cli: Cli): void {
  addModelCommand(command, cli, "embeddings");
  addExamples(command, {
    "berth run embeddings owner/name --wait": "until it answers",
    "berth run embeddings owner/name --name mine --port 8080": "with a name and a port",
    "berth run embeddings owner/name --dry-run": "what would run",
  });
}
