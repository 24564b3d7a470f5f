import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (reference: string) => {
    const { id, fullName, jobs } = await findEndpoint(cli, reference);
    await confirm(cli, `Cancel all that waits at ${fullName}: ${counted(jobs.queued)}? What runs goes on.`);
    const { cancelled } = await cli.client().purgeJobs({ params: { id } });
    if (cli.options.json === true) return cli.printJson({ cancelled });
    cli.done(`Cancelled ${counted(cancelled.length)}`);
  });
  addExamples(command, {
    "berth job purge labels": "asks first",
    "berth job purge labels --yes": "does not",
  });
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "job" : "jobs"}`;
}
