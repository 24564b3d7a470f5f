import type { Model } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { quantisationOf } from "../../models/find-model.ts";
import { staleWords } from "../../models/stale-words.ts";
import { byteSize } from "../../terminal/quantities.ts";
import type { Column } from "../../terminal/table.ts";

interface Options {
  readonly profile?: string;
  readonly wide?: boolean;
  readonly refresh?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("-p, --profile <name>", "only this profile's")
    .option("-w, --wide", "also size, quantisation, place and status")
    .option("--refresh", "look at the disk again first")
    .action(async ({ profile, wide, refresh }: Options) => {
      const { data, stale = [] } = await cli.client().listModels({
        query: {
          ...(profile === undefined ? {} : { profile }),
          ...(refresh === true ? { refresh: "true" as const } : {}),
        },
      });
      for (const each of stale) cli.warn(staleWords(each, Date.now()));
      if (cli.options.json === true) return cli.printList(data);
      cli.table(wide === true ? [...columns, ...wideColumns(cli)] : columns, data);
      if (data.length === 0 && cli.io.stderr.isTTY)
        cli.note("No models. `berth model add OWNER/NAME` downloads one.");
      for (const { repo, status, statusReason } of data) {
        if (status !== "ready")
          cli.warn(`${repo} is ${status}${statusReason === null ? "" : `: ${statusReason}`}`);
      }
    });
  addExamples(command, {
    "berth model ls": "what can be run",
    "berth model ls --wide": "and how large it is",
    "berth model ls --json": "with every fact",
  });
}

const columns: readonly Column<Model>[] = [
  { title: "REPO", cell: ({ repo }) => repo, shrinkTo: 16 },
  { title: "REVISION", cell: ({ revision }) => revision, brief: ({ revision }) => revision.slice(0, 12) },
  { title: "PROFILE", cell: ({ profile }) => profile, shrinkTo: 7 },
  { title: "IMAGE", cell: ({ image }) => image },
];

function wideColumns({ style }: Cli): readonly Column<Model>[] {
  return [
    { title: "SIZE", cell: ({ sizeBytes }) => byteSize(sizeBytes) },
    { title: "QUANT", cell: (model) => quantisationOf(model) ?? "-" },
    { title: "PLACE", cell: ({ location }) => location },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => (status === "ready" ? style.green : style.red),
    },
  ];
}
