import type { CreateService, LaunchPreview, Service } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { ask } from "../confirm.ts";
import { readDuration } from "../duration.ts";
import { CliError } from "../exit.ts";
import { downloadModel } from "../models/download-model.ts";
import { callLine } from "../services/call-line.ts";
import { keyWord, serviceHost } from "../services/call-options.ts";
import { describeStatus } from "../services/describe-status.ts";
import { followStart } from "../services/follow-start.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { printPreview } from "./print-preview.ts";
import { refuseSchedulerOptions } from "./scheduler-options.ts";

/** Launches what is asked, telling each step, and says where to call it. */
export async function launch(cli: Cli, request: CreateService, options: LaunchOptions): Promise<void> {
  await refuseSchedulerOptions(cli, options);
  const timeoutMs =
    options.timeout === undefined ? undefined : readDuration(options.timeout, "--timeout") * 1000;
  const preview = await previewOrFetch(cli, request);
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

/** The preview; where the model is only missing, offers to download it first. */
async function previewOrFetch(cli: Cli, request: CreateService): Promise<LaunchPreview> {
  const preview = (): Promise<LaunchPreview> => cli.client().previewService({ body: request });
  try {
    return await preview();
  } catch (error) {
    const { model } = request;
    if (
      !isBerthApiError(error) ||
      error.code !== "model_not_found" ||
      model === undefined ||
      !isRepository(model)
    )
      throw error;
    const { message } = error;
    const fetchLine = [
      "berth model add",
      model,
      ...(request.profile === undefined ? [] : ["--profile", request.profile]),
    ].join(" ");
    if (!cli.canAsk) {
      const isTold = message.includes("berth model add");
      throw new CliError(
        "notFound",
        isTold ? message : `${message}; \`${fetchLine}\` would get it from the hub`,
        {
          cause: error,
        },
      );
    }
    cli.warn(message);
    if (!(await ask(cli, `Download ${model} from the hub now?`))) {
      throw new CliError("notFound", `${model} is not installed; \`${fetchLine}\` gets it`, { cause: error });
    }
    await downloadModel(
      cli,
      {
        repo: model,
        ...(request.revision === undefined ? {} : { revision: request.revision }),
        ...(request.profile === undefined ? {} : { profile: request.profile }),
      },
      true,
    );
    return preview();
  }
}

function isRepository(model: string): boolean {
  return /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(model);
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
