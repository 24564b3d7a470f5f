import type { Key } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { shortId } from "../../services/columns.ts";
import { briefTime, relativeTime } from "../../terminal/relative-time.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const { data } = await cli.client().listKeys();
    if (cli.options.json === true) return cli.printList(data);
    cli.table(columns(cli), data);
  });
  addExamples(command, { "berth key ls": "never the keys themselves", "berth key ls --json": "as JSON" });
}

function columns({ io, style }: Cli): readonly Column<Key>[] {
  const nowMs = io.now();
  const time = (atMs: number | null): string => (atMs === null ? "never" : relativeTime(atMs, nowMs));
  const brief = (atMs: number | null): string => (atMs === null ? "never" : briefTime(atMs, nowMs));
  return [
    { title: "KEY ID", cell: ({ id }) => shortId(id) },
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "KEY", cell: ({ prefix }) => `${prefix}…`, expendable: 3 },
    { title: "SCOPES", cell: ({ scopes }) => scopes.join(","), expendable: 1 },
    { title: "MODELS", cell: ({ models }) => models?.join(",") ?? "any", shrinkTo: 10, expendable: 2 },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => (status === "active" ? style.green : style.red),
    },
    {
      title: "CREATED",
      cell: (key) => time(key.createdAt),
      brief: (key) => brief(key.createdAt),
      expendable: 5,
    },
    { title: "EXPIRES", cell: (key) => time(key.expiresAt), brief: (key) => brief(key.expiresAt) },
    {
      title: "LAST USED",
      cell: (key) => time(key.lastUsedAt),
      brief: (key) => brief(key.lastUsedAt),
      expendable: 4,
    },
  ];
}
