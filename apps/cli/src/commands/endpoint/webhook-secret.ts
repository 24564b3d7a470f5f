import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { ofEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (id: string) => {
    const told = await ofEndpoint(cli, id, () => cli.client().getWebhookSecret({ params: { id } }));
    if (cli.options.json === true) return cli.printJson(told);
    cli.print(told.secret);
  });
  addExamples(command, { "berth endpoint webhook-secret chat": "for a receiver of its jobs' webhooks" });
}
