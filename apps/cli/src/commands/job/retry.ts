import type { Job } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findJobs } from "../../jobs/find-job.ts";
import { addOwnRules, type OwnRuleOptions, readOwnRules } from "../../jobs/own-rules.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<job...>", "ids, or the starts of them");
  addOwnRules(command).action(async (references: string[], options: OwnRuleOptions) => {
    const body = readOwnRules(options);
    const retried: Job[] = [];
    for (const { id } of await findJobs(cli, references)) {
      retried.push(await cli.client().retryJob({ params: { id }, body }));
      cli.done(`Queued ${id} once more`);
    }
    if (cli.options.json === true) cli.printList(retried);
  });
  addExamples(command, {
    "berth job retry 0199": "failed, timed out or cancelled",
    "berth job retry 0199 --execution-timeout 1h": "with more time than it had",
    "berth job retry $(berth job ls labels --dead -q)": "all dead letters of an endpoint",
  });
}
