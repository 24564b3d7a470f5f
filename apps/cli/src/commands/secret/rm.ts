import type { Secret } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { nearest } from "../../nearest.ts";

interface Options {
  readonly owner?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<secret...>", "names")
    .option("--owner <name>", "whose (the key's owner)")
    .action(async (names: string[], { owner }: Options) => {
      const query = owner === undefined ? {} : { owner };
      const { data } = await cli.client().listSecrets({ query });
      const secrets = [...new Set(names)].map((name) => findSecret(data, name));
      const shown = secrets.map(({ name }) => name).join(", ");
      const users = [...new Set(secrets.flatMap(({ usedBy }) => usedBy))];
      const used = users.length === 0 ? "" : ` Endpoints use them: ${users.join(", ")}.`;
      await confirm(cli, `Forget ${shown}?${used}`);
      for (const { name } of secrets) await cli.client().deleteSecret({ params: { name }, query });
      if (cli.options.json === true) cli.printList(secrets.map(({ name }) => ({ name })));
      cli.done(`Forgot ${shown}`);
    });
  addExamples(command, {
    "berth secret rm hf-token": "asks first; what an endpoint uses stays",
    "berth secret rm hf-token --yes": "does not",
  });
}

function findSecret(secrets: readonly Secret[], reference: string): Secret {
  const found = secrets.find(({ name }) => name === reference);
  if (found !== undefined) return found;
  const near = nearest(
    reference,
    secrets.map(({ name }) => name),
  );
  throw new CliError(
    "notFound",
    `no secret "${reference}"${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth secret ls\` lists them`,
  );
}
