import { hasJobEnded } from "@berth/api/ended-statuses";
import type { Job } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findJobs } from "../../jobs/find-job.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<job...>", "ids, or the starts of them").action(async (references: string[]) => {
    const cancelled: Job[] = [];
    for (const { id, status } of await findJobs(cli, references)) {
      if (hasJobEnded(status)) cli.warn(`${id} has ended already (${status})`);
      else cancelled.push(await cli.client().cancelJob({ params: { id } }));
    }
    if (cli.options.json === true) return cli.printList(cancelled);
    for (const { id, status } of cancelled)
      if (status === "CANCELLED") cli.done(`Cancelled ${id}`);
      else cli.warn(`${id} was quicker: it is ${status}`);
  });
  addExamples(command, { "berth job cancel 0199 019a": "queued or running; their handlers are told" });
}
