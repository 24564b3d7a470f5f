import type { Profile } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const profiles = await openProfileBook(cli).list();
    if (cli.options.json === true) return cli.printList(profiles);
    cli.table(columns(cli), profiles);
    if (profiles.length === 0 && cli.io.stderr.isTTY)
      cli.note("No profiles. `berth init` makes the first one.");
    for (const { name, status, statusReason } of profiles) {
      if (status === "invalid") cli.warn(`${name}: ${statusReason ?? "cannot be used"}`);
    }
  });
  addExamples(command, {
    "berth profile ls": "every place services can run",
    "berth profile ls --json": "as JSON",
  });
}

function columns({ style }: Cli): readonly Column<Profile>[] {
  return [
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "SCHEMA", cell: ({ schema }) => schema },
    { title: "DEFAULT", cell: (profile) => (profile.default ? "yes" : "") },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => (status === "ready" ? style.green : style.red),
    },
    { title: "HOME", cell: ({ home }) => home, shrinkTo: 12 },
    { title: "CACHE", cell: ({ cache }) => cache, shrinkTo: 12 },
  ];
}
