import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (reference: string) => {
    const { id } = await findEndpoint(cli, reference);
    const endpoint = await cli.client().pauseEndpoint({ params: { id } });
    if (cli.options.json === true) return cli.printJson(endpoint);
    cli.done(`Paused ${endpoint.fullName}: calls are refused, jobs wait`);
  });
  addExamples(command, { "berth endpoint pause chat": "its replicas end; `resume` goes on" });
}
