import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";
import { findKey } from "../../keys/find-key.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<key...>", "names, ids, or starts of ids").action(async (references: string[]) => {
    const { data } = await cli.client().listKeys();
    const keys = [...new Set(references.map((reference) => findKey(data, reference)))];
    const names = keys.map(({ name }) => name).join(", ");
    await confirm(
      cli,
      `Revoke ${names}? Whoever uses ${keys.length === 1 ? "it" : "them"} is refused from then on.`,
    );
    for (const { id } of keys) await cli.client().deleteKey({ params: { id } });
    if (cli.options.json === true) cli.printList(keys.map(({ id }) => ({ id })));
    cli.done(`Revoked ${names}`);
  });
  addExamples(command, { "berth key rm ci": "asks first", "berth key rm ci --yes": "does not" });
}
