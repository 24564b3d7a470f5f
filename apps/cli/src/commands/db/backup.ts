import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { passToServer } from "../../pass-to-server.ts";

export function define(command: Command, cli: Cli): void {
  passToServer(command, cli, ["db", "backup"]).usage("[path]");
  addExamples(command, {
    "berth db backup": "beside the database, named by the time",
    "berth db backup /mnt/safe/berth.db": "where you say",
  });
}
