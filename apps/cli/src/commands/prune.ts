import { hasEnded } from "@berth/api/ended-statuses";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { addFilterOption, listMatching, type FilterOptions } from "../services/list-matching.ts";
import { removeServices } from "../services/remove-services.ts";

export function define(command: Command, cli: Cli): void {
  addFilterOption(command).action(async (options: FilterOptions) => {
    const matching = await listMatching(cli.client(), options.filter, true);
    const ended = matching.filter(({ status }) => hasEnded(status));
    if (ended.length > 0) return removeServices(cli, ended, false);
    if (cli.options.json === true) cli.printList([]);
    cli.done("Nothing to remove: no service has ended.");
  });
  addExamples(command, {
    "berth prune": "forget all services that have ended",
    "berth prune --filter status=FAILED --yes": "only those that failed",
  });
}
