import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .argument("<name>", "its new name")
    .action(async (reference: string, name: string) => {
      const before = await findEndpoint(cli, reference);
      const endpoint = await cli.client().renameEndpoint({ params: { id: before.id }, body: { name } });
      if (cli.options.json === true) return cli.printJson(endpoint);
      cli.done(`${before.fullName} is ${endpoint.fullName} now`);
      cli.note(
        `${before.fullName} still leads there until another takes the name; ${before.name} alone does not.`,
      );
    });
  addExamples(command, { "berth endpoint rename chat talk": "me/chat still leads to it" });
}
