import type { Command } from "commander";
import type { Cli } from "./cli.ts";
import { becomeServer } from "./server-entry.ts";

/** The command's own words go to the server's program as they stand, with the global options it knows. */
export function passToServer(command: Command, cli: Cli, name: readonly string[]): Command {
  return command
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      const { homeDir, json } = cli.options;
      await becomeServer([
        ...name,
        ...command.args,
        ...(homeDir === undefined ? [] : ["--home-dir", homeDir]),
        ...(json === true ? ["--json"] : []),
      ]);
    });
}
