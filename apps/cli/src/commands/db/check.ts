import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { passToServer } from "../../pass-to-server.ts";

export function define(command: Command, cli: Cli): void {
  passToServer(command, cli, ["db", "check"]).usage("");
  addExamples(command, { "berth db check": "whether the server runs or not" });
}
