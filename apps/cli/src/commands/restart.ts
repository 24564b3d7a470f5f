import type { Service } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { findServices } from "../services/find-service.ts";
import { followStart } from "../services/follow-start.ts";

interface Options {
  readonly wait?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<service...>", "ids, starts of ids, or names")
    .option("--wait", "wait until they are healthy")
    .action(async (references: string[], options: Options) => {
      const client = cli.client();
      const restarted: Service[] = [];
      for (const { id } of await findServices(client, references)) {
        const service = await client.restartService({ params: { id } });
        cli.done(`Restarted service ${service.id}`);
        restarted.push(options.wait === true ? await followStart(cli, service, undefined) : service);
      }
      if (cli.options.json === true) cli.printList(restarted);
    });
  addExamples(command, {
    "berth restart pilot": "stop it, start it again, same id and port",
    "berth restart pilot --wait": "and wait until it answers",
  });
}
