import type { EndpointConfiguration, EndpointTemplate, SecretUse } from "@berth/api";
import { numberText } from "../format/read-number.ts";
import { blankForm, launchRequest, type LaunchForm } from "../launch/launch-form.ts";
import { loraRows } from "../lora/lora-form.ts";
import { blankHandlerForm, handlerForm, readHandler, type HandlerForm } from "./handler-form.ts";
import { shellWord } from "../snippets/quote.ts";
import type { Read } from "./scaling-form.ts";

export interface SecretRow extends SecretUse {
  readonly id: string;
}

/** What a deployment rolls out, as it stands in fields. */
export interface ConfigurationForm {
  readonly kind: "model" | "command" | "handler" | "workers";
  /** What each replica is; of the launch form only what replicas may have. */
  readonly launch: LaunchForm;
  readonly handler: HandlerForm;
  /** In the order in which room is looked for. */
  readonly profiles: readonly string[];
  /** Empty: none. */
  readonly hardware: string;
  readonly secrets: readonly SecretRow[];
  /** The secret that the hub is asked with; empty: none. */
  readonly hubSecret: string;
}

export const blankConfigurationForm: ConfigurationForm = {
  kind: "model",
  launch: blankForm,
  handler: blankHandlerForm,
  profiles: [],
  hardware: "",
  secrets: [],
  hubSecret: "",
};

export function configurationForm(
  { template, profiles, hardware, secrets, hubSecret }: EndpointConfiguration,
  newId: () => string,
): ConfigurationForm {
  return {
    kind: kindOf(template),
    launch: template === null ? blankForm : launchForm(template, newId),
    handler: template?.handler === undefined ? blankHandlerForm : handlerForm(template.handler),
    profiles,
    hardware: hardware ?? "",
    secrets: secrets.map((use) => ({ ...use, id: newId() })),
    hubSecret: hubSecret ?? "",
  };
}

function kindOf(template: EndpointTemplate | null): ConfigurationForm["kind"] {
  if (template === null) return "workers";
  if (template.handler !== undefined) return "handler";
  return template.command === undefined ? "model" : "command";
}

/** The configuration that the form describes; what it has no field for stays as it was before. */
export function readConfiguration(
  form: ConfigurationForm,
  before: EndpointConfiguration | null,
): Read<EndpointConfiguration> {
  const problems: Record<string, string> = {};
  const template = templateOf(form, before?.template ?? null, problems);
  if (form.profiles.length === 0) problems["profiles"] = "choose at least one";
  const secrets = form.secrets.filter(({ secret }) => secret !== "");
  for (const { env } of secrets)
    if (!/^[A-Za-z_]\w{0,127}$/.test(env)) problems["secrets"] = `"${env}" is no name of a variable`;
  return {
    value: {
      template,
      profiles: [...form.profiles],
      hardware: form.hardware === "" ? null : form.hardware,
      secrets: secrets.map(({ secret, env, as }) => ({ secret, env, as })),
      hubSecret: form.kind === "model" && form.hubSecret !== "" ? form.hubSecret : null,
    },
    problems,
  };
}

function templateOf(
  form: ConfigurationForm,
  before: EndpointTemplate | null,
  problems: Record<string, string>,
): EndpointTemplate | null {
  switch (form.kind) {
    case "workers":
      return null;
    case "handler": {
      const handler = readHandler(form.handler, problems);
      return handler === undefined ? before : { ...(before?.handler === undefined ? {} : before), handler };
    }
    case "model":
    case "command":
      return readTemplate(form, form.kind, before, problems);
  }
}

function readTemplate(
  { launch }: ConfigurationForm,
  kind: "model" | "command",
  before: EndpointTemplate | null,
  problems: Record<string, string>,
): EndpointTemplate | null {
  const request = launchRequest({ ...launch, kind }, false);
  if (request.kind === "unready") {
    Object.assign(problems, request.problems);
    if (Object.keys(request.problems).length > 0) return before;
    if (kind === "model") problems["template.model"] = "choose a model";
    else problems["template.command"] = "write the command";
    return before;
  }
  const { name: _name, profile: _profile, port: _port, apiKey: _key, ...rest } = request.body;
  const { idleTimeoutSeconds: _idle, renew: _renew, ...fresh } = rest;
  const wasCommand = before?.command !== undefined;
  if (before === null || wasCommand !== (kind === "command")) return fresh;
  return { ...unshown(before, fresh), ...fresh };
}

/** What the form has no field for. Another model has another revision. */
function unshown(before: EndpointTemplate, fresh: EndpointTemplate): EndpointTemplate {
  const { image, resources, revision } = before;
  return {
    ...(image === undefined ? {} : { image }),
    ...(resources === undefined ? {} : { resources }),
    ...(revision === undefined || fresh.model !== before.model ? {} : { revision }),
  };
}

function launchForm(template: EndpointTemplate, newId: () => string): LaunchForm {
  const { options = {}, command, model = "", mounts = [] } = template;
  return {
    ...blankForm,
    kind: command === undefined ? "model" : "command",
    model: command === undefined ? model : "",
    servedModel: command === undefined ? "" : model,
    engine: template.engine ?? "",
    runtime: template.runtime ?? "",
    container: template.container ?? "",
    mounts: mounts.map(mountLine).join("\n"),
    file: options.file ?? "",
    maxTotalTokens: numberText(options.maxTotalTokens),
    maxInputTokens: numberText(options.maxInputTokens),
    parallel: numberText(options.parallel),
    threads: numberText(options.threads),
    gpuLayers: numberText(typeof options.gpuLayers === "number" ? options.gpuLayers : undefined),
    lora: loraRows(options.lora ?? [], newId),
    numShard: numberText(options.numShard),
    maxStopSequences: numberText(options.maxStopSequences),
    maxBatchPrefillTokens: numberText(options.maxBatchPrefillTokens),
    disableCustomKernels: options.disableCustomKernels ?? false,
    trustRemoteCode: options.trustRemoteCode ?? false,
    sharedMemoryGiB: numberText(
      options.sharedMemoryMiB === undefined ? undefined : options.sharedMemoryMiB / 1024,
    ),
    extra: (options.extra ?? []).map(shellWord).join(" "),
    command: (command?.argv ?? []).map(shellWord).join(" "),
    healthPath: command?.healthPath ?? "",
    cwd: command?.cwd ?? "",
    env: environmentLines(command?.env ?? template.env ?? {}),
    allowSharedPort: template.allowSharedPort ?? false,
    force: template.force ?? false,
  };
}

function environmentLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

function mountLine({
  source,
  target,
  readOnly = false,
}: NonNullable<EndpointTemplate["mounts"]>[number]): string {
  return `${source}${target === undefined ? "" : `:${target}`}${readOnly ? ":ro" : ""}`;
}
