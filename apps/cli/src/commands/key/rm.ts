import type { Key } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { nearest } from "../../nearest.ts";

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

function findKey(keys: readonly Key[], reference: string): Key {
  const exact = keys.filter(({ id, name }) => id === reference || name === reference);
  const found =
    exact.length > 0 ? exact : keys.filter(({ id }) => reference !== "" && id.startsWith(reference));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length > 1) {
    throw new CliError(
      "usage",
      `"${reference}" means several keys: ${found.map(({ id, name }) => `${name} (${id})`).join(", ")}`,
    );
  }
  const near = nearest(
    reference,
    keys.map(({ name }) => name),
  );
  throw new CliError(
    "notFound",
    `no key "${reference}"${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth key ls\` lists them`,
  );
}
