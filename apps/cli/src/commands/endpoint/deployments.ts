import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { deploymentColumns } from "../../endpoints/columns.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (reference: string) => {
    const { id, fullName } = await findEndpoint(cli, reference);
    const { data } = await cli.client().listDeployments({ params: { id } });
    if (cli.options.json === true) return cli.printList(data);
    cli.table(deploymentColumns(cli.style, cli.io.now()), data);
    if (data.length === 0 && cli.io.stderr.isTTY)
      cli.note(`Never deployed: \`berth endpoint deploy ${fullName}\` rolls it out.`);
  });
  addExamples(command, {
    "berth endpoint deployments chat": "who rolled out what, when, and how it went",
    "berth endpoint deployments chat --json": "with each configuration",
  });
}
