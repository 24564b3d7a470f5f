import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findJob } from "../../jobs/find-job.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<job>", "its id, or the start of it").action(async (reference: string) => {
    const { id } = await findJob(cli, reference);
    const delivery = await cli.client().redeliver({ params: { id } });
    if (cli.options.json === true) return cli.printJson(delivery);
    cli.done(`Telling ${delivery.url} once more`);
    cli.note(`\`berth job deliveries ${id}\` shows how that goes.`);
  });
  addExamples(command, { "berth job redeliver 0199": "once its receiver is well again" });
}
