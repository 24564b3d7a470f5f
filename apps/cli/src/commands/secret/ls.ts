import type { Secret } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { briefTime, relativeTime } from "../../terminal/relative-time.ts";
import type { Column } from "../../terminal/table.ts";

interface Options {
  readonly owner?: string;
}

export function define(command: Command, cli: Cli): void {
  command.option("--owner <name>", "only this owner's").action(async ({ owner }: Options) => {
    const { data } = await cli.client().listSecrets({ query: owner === undefined ? {} : { owner } });
    if (cli.options.json === true) return cli.printList(data);
    cli.table(columns(cli), data);
    if (data.length === 0 && cli.io.stderr.isTTY) cli.note("No secrets. `berth secret set NAME` keeps one.");
  });
  addExamples(command, {
    "berth secret ls": "names and users; values are never shown",
    "berth secret ls --json": "as JSON",
  });
}

function columns({ io }: Cli): readonly Column<Secret>[] {
  return [
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "OWNER", cell: ({ owner }) => owner, expendable: 2 },
    { title: "FOR", cell: ({ provider }) => provider ?? "", expendable: 1 },
    {
      title: "SET",
      cell: ({ updatedAt }) => relativeTime(updatedAt, io.now()),
      brief: ({ updatedAt }) => briefTime(updatedAt, io.now()),
      expendable: 3,
    },
    { title: "USED BY", cell: ({ usedBy }) => usedBy.join(", ") || "-", shrinkTo: 12 },
  ];
}
