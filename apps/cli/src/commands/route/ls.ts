import type { ModelRoute } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { readiness, readinessPaint, targetsText } from "../../routes/target-text.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const { data } = await cli.client().listModelRoutes();
    if (cli.options.json === true) return cli.printList(data);
    cli.table(columns(cli), data);
    if (data.length === 0 && cli.io.stderr.isTTY)
      cli.note("No routes: names lead to services and providers by themselves. `berth route add` makes one.");
    for (const { name, targets } of data) {
      for (const { model, status, reason } of targets) {
        if (status === "missing" || status === "unavailable")
          cli.warn(`${name}: ${model}: ${reason ?? status}`);
      }
    }
  });
  addExamples(command, {
    "berth route ls": "every route, and whether its targets can answer",
    "berth route ls --json": "as JSON",
  });
}

function columns({ style }: Cli): readonly Column<ModelRoute>[] {
  return [
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "MATCH", cell: ({ match }) => match, expendable: 2 },
    { title: "STRATEGY", cell: ({ strategy }) => strategy, expendable: 1 },
    { title: "TARGETS", cell: targetsText, shrinkTo: 16 },
    {
      title: "STATUS",
      cell: readiness,
      paint: (route) => readinessPaint(route, style),
    },
    { title: "RETRIES", cell: ({ retries }) => String(retries), expendable: 4 },
    { title: "CACHE", cell: ({ cache }) => (cache === null ? "" : `${cache.ttlSeconds} s`), expendable: 3 },
  ];
}
