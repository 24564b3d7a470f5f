import type { Service } from "@berth/api";
import { hasEnded } from "@berth/api/ended-statuses";
import type { Cli } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { CliError } from "../exit.ts";
import { shortId } from "./columns.ts";
import { stopServices } from "./stop-services.ts";

/** Asks, stops those that run if `stop` says so, and removes all. Refuses before anything is done. */
export async function removeServices(cli: Cli, services: readonly Service[], stop: boolean): Promise<void> {
  const running = services.filter(({ status }) => !hasEnded(status));
  if (running.length > 0 && !stop) {
    throw new CliError(
      "failed",
      `${running.map(({ name, status }) => `${name} is ${status}`).join(", ")}; stop it first, or give --stop`,
    );
  }
  const names = services.map(({ id, name }) => `${name} (${shortId(id)})`).join(", ");
  await confirm(cli, `Remove ${counted(services.length)}: ${names}, with events and logs?`);
  await stopServices(cli, running, true);
  for (const { id } of services) await cli.client().deleteService({ params: { id } });
  if (cli.options.json === true) cli.printList(services.map(({ id }) => ({ id })));
  cli.done(`Removed ${counted(services.length)}.`);
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "service" : "services"}`;
}
