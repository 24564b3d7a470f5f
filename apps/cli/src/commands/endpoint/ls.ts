import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { endpointColumns } from "../../endpoints/columns.ts";
import { addExamples } from "../../help.ts";

interface Options {
  readonly owner?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("--owner <name>", "only this owner's")
    .option("-q, --quiet", "print names only")
    .action(async ({ owner, quiet }: Options) => {
      const { data } = await cli.client().listEndpoints({ query: owner === undefined ? {} : { owner } });
      if (cli.options.json === true) return cli.printList(data);
      if (quiet === true) {
        for (const { fullName } of data) cli.print(fullName);
        return;
      }
      cli.table(endpointColumns(cli.style, cli.io.now()), data);
      if (data.length === 0 && cli.io.stderr.isTTY)
        cli.note("No endpoints. `berth endpoint create NAME --model MODEL --deploy` makes one.");
    });
  addExamples(command, {
    "berth endpoint ls": "requests under way, and those that are held: 3+2",
    "berth endpoint ls --owner ada": "one owner's",
    "berth endpoint ls --json": "as JSON",
  });
}
