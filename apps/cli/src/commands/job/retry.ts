import type { Job } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findJobs } from "../../jobs/find-job.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<job...>", "ids, or the starts of them").action(async (references: string[]) => {
    const retried: Job[] = [];
    for (const { id } of await findJobs(cli, references)) {
      retried.push(await cli.client().retryJob({ params: { id } }));
      cli.done(`Queued ${id} once more`);
    }
    if (cli.options.json === true) cli.printList(retried);
  });
  addExamples(command, {
    "berth job retry 0199": "failed, timed out or cancelled",
    "berth job retry $(berth job ls labels --dead -q)": "all dead letters of an endpoint",
  });
}
