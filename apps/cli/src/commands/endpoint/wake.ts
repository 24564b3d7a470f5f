import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { ofEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";
import { relativeTime } from "../../terminal/relative-time.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint>", "name, OWNER/NAME or id").action(async (id: string) => {
    const endpoint = await ofEndpoint(cli, id, () => cli.client().wakeEndpoint({ params: { id } }));
    if (cli.options.json === true) return cli.printJson(endpoint);
    const { fullName, status, expectedReadyAt } = endpoint;
    const now = cli.io.now();
    const ready =
      expectedReadyAt === null ? "" : `, ready ${relativeTime(Math.max(now, expectedReadyAt), now)}`;
    cli.done(`${fullName} is ${status}${ready}`);
  });
  addExamples(command, { "berth endpoint wake chat": "before the first caller comes" });
}
