import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { passToServer } from "../pass-to-server.ts";

export function define(command: Command, cli: Cli): void {
  passToServer(command, cli, ["config"]).usage("[settings]");
  addExamples(command, {
    "berth config": "what `berth start` would use here",
    "berth config --json": "as JSON; secrets are never shown",
  });
}
