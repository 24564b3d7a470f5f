import type { Worker } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { ofEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";
import { renderFacts } from "../../terminal/facts.ts";
import { relativeTime } from "../../terminal/relative-time.ts";
import type { Column } from "../../terminal/table.ts";
import { timeSpan } from "../../usage/figures.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (id: string) => {
    const health = await ofEndpoint(cli, id, () => cli.client().getEndpointHealth({ params: { id } }));
    if (cli.options.json === true) return cli.printJson(health);
    const { jobs, deadLetters, oldestWaitMs, workers } = health;
    const facts = [
      ...Object.entries(jobs).map(([status, count]) => [status, String(count)] as const),
      ["dead letters", String(deadLetters)] as const,
      ["longest wait", oldestWaitMs === null ? null : timeSpan(oldestWaitMs)] as const,
    ];
    for (const line of renderFacts(facts, cli.style.dim)) cli.print(line);
    cli.print("");
    if (workers.length === 0) cli.print("Nobody takes its jobs at the moment.");
    else cli.table(workerColumns(cli), workers);
  });
  addExamples(command, {
    "berth job health labels": "how many jobs of each kind, and who works on them",
    "berth job health labels --json": "for a monitor",
  });
}

function workerColumns({ style, io }: Cli): readonly Column<Worker>[] {
  const paints = { idle: style.dim, running: style.cyan, silent: style.yellow };
  return [
    { title: "WORKER", cell: ({ id }) => id ?? "", shrinkTo: 12 },
    { title: "KIND", cell: ({ kind }) => kind, expendable: 2 },
    { title: "STATUS", cell: ({ status }) => status, paint: ({ status }) => paints[status] },
    { title: "JOBS", cell: ({ jobs }) => String(jobs) },
    { title: "SEEN", cell: ({ seenAt }) => relativeTime(seenAt, io.now()) },
    { title: "ABOUT", cell: ({ about }) => about ?? "", shrinkTo: 8, expendable: 1 },
  ];
}
