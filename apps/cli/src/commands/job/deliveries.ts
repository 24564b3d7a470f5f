import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { deliveryColumns } from "../../jobs/columns.ts";
import { findJob } from "../../jobs/find-job.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<job>", "its id, or the start of it").action(async (reference: string) => {
    const { id, webhookUrl } = await findJob(cli, reference);
    const { data } = await cli.client().listDeliveries({ params: { id } });
    if (cli.options.json === true) return cli.printList(data);
    cli.table(deliveryColumns(cli.style, cli.io.now()), data);
    if (data.length === 0 && cli.io.stderr.isTTY)
      cli.note(webhookUrl === null ? "It has no webhook." : "Nothing was told yet: that is done at its end.");
  });
  addExamples(command, { "berth job deliveries 0199": "what became of telling its webhook" });
}
