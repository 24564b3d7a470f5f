import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { serviceColumns } from "../services/columns.ts";
import { addFilterOption, listMatching, type FilterOptions } from "../services/list-matching.ts";

interface Options extends FilterOptions {
  readonly all?: boolean;
  readonly quiet?: boolean;
}

export function define(command: Command, cli: Cli): void {
  addFilterOption(command)
    .option("-a, --all", "also services that have ended")
    .option("-q, --quiet", "print ids only")
    .action(async (options: Options) => {
      const services = await listMatching(cli.client(), options.filter, options.all === true);
      if (cli.options.json === true) return cli.printList(services);
      if (options.quiet === true) {
        for (const { id } of services) cli.print(id);
        return;
      }
      cli.table(serviceColumns(cli.style, cli.io.now(), services), services);
      if (services.length === 0 && cli.io.stderr.isTTY) {
        cli.note(
          "No services. `berth run text-generation MODEL` launches one; `berth ls --all` shows those that ended.",
        );
      }
    });
  addExamples(command, {
    "berth ls": "what runs",
    "berth ls --all --filter status=FAILED": "what has failed",
    "berth ls --filter model=berth/*,profile=default": "fields combine; * stands for anything",
    "berth ls -q --filter status=HEALTHY": "ids for scripts",
    "berth ls --json": "everything, as JSON",
  });
}
