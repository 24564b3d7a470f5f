import type { CreateEndpoint, EndpointTemplate, HandlerSpec, SecretUse } from "@berth/api";
import { handlerSourceName } from "@berth/api/handler-source-name";
import { shellWord } from "../snippets/quote.ts";
import { usualScaling } from "./scaling-defaults.ts";

/** The `berth endpoint create` that makes the same endpoint, for a shell. What is as usual is left out. */
export function createCommand(body: CreateEndpoint): string {
  const { name, owner, template, profiles = [], hardware, secrets = [], scaling = {} } = body;
  const groups = [
    ["berth", "endpoint", "create", ...(name === undefined ? [] : [name]), ...flag("--owner", owner)],
    templateFlags(template ?? null),
    [...profiles.flatMap((profile) => flag("--profile", profile)), ...flag("--hardware", hardware)],
    [
      ...unusual("--min", scaling.min, usualScaling.min),
      ...unusual("--max", scaling.max, usualScaling.max),
      ...unusual(
        "--scaledown-period",
        seconds(scaling.scaledownPeriodSeconds),
        seconds(usualScaling.scaledownPeriodSeconds),
      ),
      ...unusual("--target-pending", scaling.targetPendingRequests, usualScaling.targetPendingRequests),
      ...flag("--queue-delay", seconds(scaling.queueDelaySeconds)),
      ...flag("--concurrency", scaling.concurrency),
      ...unusual("--overflow-after", seconds(scaling.overflowSeconds), seconds(usualScaling.overflowSeconds)),
      ...unusual("--rollout", scaling.rollout, usualScaling.rollout),
    ],
    [
      ...unusual("--visibility", body.visibility, "private"),
      ...flag("--fallback", body.fallback),
      ...unusual("--cold-start", body.coldStart, "hold"),
      ...flag("--description", body.description === "" ? undefined : body.description),
    ],
    [...secrets.flatMap((use) => ["--secret", secretText(use)]), ...flag("--hub-secret", body.hubSecret)],
    afterDashes(template ?? null),
  ];
  return groups
    .filter((group) => group.length > 0)
    .map((group) => group.map(shellWord).join(" "))
    .join(" \\\n  ");
}

function templateFlags(template: EndpointTemplate | null): string[] {
  if (template === null) return ["--workers"];
  const { model, revision, command, handler, engine, runtime, container, options = {} } = template;
  return [
    ...(handler === undefined ? [] : handlerFlags(handler)),
    ...(command === undefined ? [] : ["--command"]),
    ...flag("--model", model),
    ...flag("--revision", revision),
    ...flag("--health", command?.healthPath),
    ...flag("--cwd", command?.cwd),
    // values travel in the environment: argv is there for every user of the machine to read
    ...Object.keys(command?.env ?? template.env ?? {}).flatMap((env) => flag("--env", env)),
    ...flag("--engine", engine),
    ...flag("--runtime", runtime),
    ...flag("--container", container),
    ...flag("--file", options.file),
    ...flag("--max-total-tokens", options.maxTotalTokens),
    ...flag("--max-input-length", options.maxInputTokens),
    ...flag("--parallel", options.parallel),
    ...flag("--threads", options.threads),
    ...flag("--gpu-layers", options.gpuLayers),
    ...(options.lora ?? []).flatMap(({ path, scale }) => flag("--lora", `${path}=${scale}`)),
  ];
}

function handlerFlags(handler: HandlerSpec): string[] {
  const { source, className, requirements = [], systemDependencies = [] } = handler;
  const file = handlerSourceName(source);
  return [
    ...flag("--handler", className === undefined ? file : `${file}:${className}`),
    ...(source.kind === "path" ? ["--there"] : []),
    ...requirements.flatMap((one) => flag("--requirement", one)),
    ...systemDependencies.flatMap((one) => flag("--system", one)),
  ];
}

function afterDashes(template: EndpointTemplate | null): string[] {
  const words = template?.command?.argv ?? template?.options?.extra ?? [];
  return words.length === 0 ? [] : ["--", ...words];
}

function secretText({ secret, env, as }: SecretUse): string {
  return `${secret}=${env}${as === "file" ? ":file" : ""}`;
}

function seconds(value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : `${value}s`;
}

function flag(name: string, value: string | number | null | undefined): string[] {
  return value === undefined || value === null ? [] : [name, String(value)];
}

function unusual<T extends string | number>(
  name: string,
  value: T | undefined,
  usual: T | undefined,
): string[] {
  return value === usual ? [] : flag(name, value);
}
