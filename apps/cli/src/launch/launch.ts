import type { CreateService, Service } from "@berth/api";
import type { Cli } from "../cli.ts";
import { readDuration } from "../duration.ts";
import { callLine } from "../services/call-line.ts";
import { keyWord, serviceHost } from "../services/call-options.ts";
import { describeStatus } from "../services/describe-status.ts";
import { followStart } from "../services/follow-start.ts";
import { orFetch } from "./or-fetch.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { printPreview } from "./print-preview.ts";
import { refuseSchedulerOptions } from "./scheduler-options.ts";

/** Launches what is asked, telling each step, and says where to call it. */
export async function launch(cli: Cli, request: CreateService, options: LaunchOptions): Promise<void> {
  await refuseSchedulerOptions(cli, options);
  const timeoutMs =
    options.timeout === undefined ? undefined : readDuration(options.timeout, "--timeout") * 1000;
  const preview = await orFetch(cli, request, () => cli.client().previewService({ body: request }));
  if (options.dryRun === true) return printPreview(cli, preview);
  for (const step of preview.steps) cli.done(step);
  if (cli.options.json !== true) for (const warning of preview.warnings) cli.warn(warning);
  const created = await cli.client().createService({ body: request });
  cli.done(`Started service: ${created.id}`);
  const waits = options.wait === true || timeoutMs !== undefined;
  const service = waits ? await followStart(cli, created, timeoutMs) : created;
  if (cli.options.json === true) return cli.printJson(service);
  tellWhere(cli, service, options, waits);
}

function tellWhere(cli: Cli, service: Service, { apiKeyFile }: LaunchOptions, waited: boolean): void {
  cli.print(`  ${service.name} is ${describeStatus(service)}`);
  const call = callLine(service, { host: serviceHost(cli), key: keyWord(cli, service, apiKeyFile) });
  if (call !== undefined)
    cli.print(`\nCall it${waited ? "" : " (it waits until the service is healthy)"}:\n\n${indented(call)}\n`);
  if (!waited) cli.note(`Watch it: berth wait ${service.name}, berth logs ${service.name} -f`);
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
