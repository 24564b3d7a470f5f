import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (reference: string) => {
    const { id } = await findEndpoint(cli, reference);
    const endpoint = await cli.client().resumeEndpoint({ params: { id } });
    if (cli.options.json === true) return cli.printJson(endpoint);
    cli.done(`${endpoint.fullName} goes on: ${endpoint.status}`);
  });
  addExamples(command, { "berth endpoint resume chat": "calls and jobs are served again" });
}
