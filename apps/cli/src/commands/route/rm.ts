import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<name...>", "routes").action(async (given: string[]) => {
    const names = [...new Set(given)];
    await confirm(
      cli,
      `Remove ${names.join(", ")}? Requests that name ${names.length === 1 ? "it" : "them"} go elsewhere then, or are refused.`,
    );
    for (const id of names) await cli.client().deleteModelRoute({ params: { id } });
    if (cli.options.json === true) cli.printList(names.map((name) => ({ name })));
    cli.done(`Removed ${names.join(", ")}`);
  });
  addExamples(command, { "berth route rm chat": "asks first", "berth route rm chat --yes": "does not" });
}
