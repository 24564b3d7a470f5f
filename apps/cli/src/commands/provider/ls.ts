import type { Provider } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { latencyText, providerPaint } from "../../providers/provider-status.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const { data } = await cli.client().listProviders();
    if (cli.options.json === true) return cli.printList(data);
    cli.table(columns(cli), data);
    if (data.length === 0 && cli.io.stderr.isTTY) cli.note("No providers. `berth provider add` adds one.");
    for (const { name, status, statusReason } of data) {
      if (status === "down" || status === "degraded") cli.warn(`${name}: ${statusReason ?? status}`);
    }
  });
  addExamples(command, {
    "berth provider ls": "every inference server that Berth did not launch",
    "berth provider ls --json": "as JSON",
  });
}

function columns({ style }: Cli): readonly Column<Provider>[] {
  return [
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "KIND", cell: ({ kind }) => kind },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => providerPaint(status, style),
    },
    { title: "MODELS", cell: ({ models }) => String(models.length) },
    { title: "LATENCY", cell: latencyText, expendable: 1 },
    { title: "URL", cell: ({ url }) => url, shrinkTo: 16, expendable: 2 },
  ];
}
