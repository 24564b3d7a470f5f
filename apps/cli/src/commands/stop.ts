import { hasEnded } from "@berth/api/ended-statuses";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { findServices } from "../services/find-service.ts";
import { stopServices } from "../services/stop-services.ts";

interface Options {
  readonly wait: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<service...>", "ids, starts of ids, or names")
    // Said outright: commander sets the default of a negated option before commands are loaded.
    .option("--no-wait", "do not wait until they have ended", true)
    .action(async (references: string[], options: Options) => {
      const services = await findServices(cli.client(), references);
      for (const service of services.filter(({ status }) => hasEnded(status))) {
        cli.warn(`${service.name} has ended already (${service.status})`);
      }
      const stopped = await stopServices(
        cli,
        services.filter(({ status }) => !hasEnded(status)),
        options.wait,
      );
      if (cli.options.json === true) return cli.printList(stopped);
      for (const service of stopped) {
        cli.done(`${hasEnded(service.status) ? "Stopped" : "Stopping"} service ${service.id}`);
      }
    });
  addExamples(command, {
    "berth stop pilot": "running requests may end first",
    "berth stop 97ff fed3 --no-wait": "several, without waiting",
  });
}
