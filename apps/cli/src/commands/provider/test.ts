import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { printTest } from "../../providers/print-test.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<provider>", "its name or id").action(async (name: string) => {
    const test = await cli.client().testProvider({ params: { name } });
    if (cli.options.json === true) cli.printJson(test);
    else printTest(cli, test);
    const failed = test.checks.find(({ outcome }) => outcome === "failed");
    if (!test.ok)
      throw new CliError("failed", `${name} cannot be used as it is: ${failed?.step ?? "it"} failed`);
  });
  addExamples(command, {
    "berth provider test gpu1": "its name, connection, TLS, path, key, models, and one tiny answer",
  });
}
