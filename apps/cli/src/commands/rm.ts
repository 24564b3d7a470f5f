import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { findServices } from "../services/find-service.ts";
import { addFilterOption, listMatching, type FilterOptions } from "../services/list-matching.ts";
import { removeServices } from "../services/remove-services.ts";

interface Options extends FilterOptions {
  readonly stop?: boolean;
}

export function define(command: Command, cli: Cli): void {
  addFilterOption(command)
    .argument("[service...]", "ids, starts of ids, or names")
    .option("--stop", "stop those that run first")
    .action(async (references: string[], options: Options) => {
      if (references.length === 0 && options.filter === undefined) {
        throw new CliError(
          "usage",
          "say which: name services, or give --filter (`berth prune` removes all that have ended)",
        );
      }
      const named = await findServices(cli.client(), references);
      const filtered =
        options.filter === undefined ? [] : await listMatching(cli.client(), options.filter, true);
      const services = [...new Map([...named, ...filtered].map((service) => [service.id, service])).values()];
      if (services.length === 0) throw new CliError("notFound", "no service matches the filter");
      await removeServices(cli, services, options.stop === true);
    });
  addExamples(command, {
    "berth rm 97ff fed3": "forget services that have ended",
    "berth rm --filters id=97ffde37-7e02": "the same by a filter",
    "berth rm --filter status=FAILED --yes": "without being asked",
    "berth rm pilot --stop": "stop it, then forget it",
  });
}
