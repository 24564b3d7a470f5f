import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<provider...>", "names or ids").action(async (references: string[]) => {
    const client = cli.client();
    const providers = await Promise.all(
      [...new Set(references)].map((name) => client.getProvider({ params: { name } })),
    );
    const names = providers.map(({ name }) => name).join(", ");
    const { data: routes } = await client.listModelRoutes();
    const used = routes.filter(({ targets }) =>
      targets.some(({ model }) => providers.some(({ name }) => model.startsWith(`${name}/`))),
    );
    const loses =
      used.length === 0 ? "" : ` Routes lose targets: ${used.map(({ name }) => name).join(", ")}.`;
    await confirm(
      cli,
      `Remove ${names}? Nobody can call ${providers.length === 1 ? "its" : "their"} models then.${loses}`,
    );
    for (const { name } of providers) await client.deleteProvider({ params: { name } });
    if (cli.options.json === true) cli.printList(providers.map(({ id, name }) => ({ id, name })));
    cli.done(`Removed ${names}`);
  });
  addExamples(command, {
    "berth provider rm gpu1": "asks first",
    "berth provider rm gpu1 openai --yes": "does not",
  });
}
