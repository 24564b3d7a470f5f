import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { printCluster } from "../../profiles/print-cluster.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent")
    .option("--refresh", "ask the cluster now; it is asked once a minute otherwise")
    .action(
      async (
        argument: string | undefined,
        options: { readonly name?: string; readonly refresh?: boolean },
      ) => {
        const book = openProfileBook(cli);
        const { name } = await namedOrDefault(book, readName(argument, options.name));
        const cluster = await book.cluster(name, options.refresh === true);
        if (cli.options.json === true) return cli.printJson(cluster);
        printCluster(cli, cluster);
      },
    );
  addExamples(command, {
    "berth profile cluster della": "partitions with free and busy nodes, GPUs, accounts and QOS",
    "berth profile cluster della --json": "as JSON",
  });
}
