import type { EngineOptions, HandlerSpec, Mount, Resources, Service } from "@berth/api";
import { handlerSourceName } from "@berth/api/handler-source-name";
import { shellWords } from "@berth/std/shell-quote";
import { redactWords } from "../services/redact.ts";

/** What a diagnosis and its corrected command need to know of a service. */
export type ServiceFacts = Pick<
  Service,
  | "image"
  | "model"
  | "modelPath"
  | "revision"
  | "profile"
  | "engine"
  | "runtime"
  | "name"
  | "options"
  | "command"
  | "handler"
  | "resources"
  | "container"
  | "mounts"
  | "env"
  | "renew"
  | "idleTimeoutSeconds"
  | "allowSharedPort"
  | "hasApiKey"
  | "contextTokens"
>;

/** The command line that would order the service, quoted for a shell. Keys and the values of its environment are left out. */
export function berthCommand(service: ServiceFacts): string {
  const { image, profile, name, engine, runtime, container, model, command, options } = service;
  const shared = [
    "--profile",
    profile,
    "--name",
    name,
    ...resourceWords(service.resources ?? {}),
    ...(runtime === "process" ? [] : ["--runtime", runtime]),
    ...(container === null ? [] : ["--container", container]),
    ...service.mounts.flatMap((mount) => ["--mount", mountWord(mount)]),
    ...Object.keys(service.env).flatMap((variable) => ["--env", variable]),
    ...(service.renew ? ["--renew"] : []),
    ...(service.idleTimeoutSeconds === null ? [] : ["--idle-timeout", `${service.idleTimeoutSeconds}s`]),
    ...(service.allowSharedPort ? ["--allow-shared-port"] : []),
    ...(service.hasApiKey ? ["--ask-api-key"] : []),
  ];
  if (command !== null) {
    const words = [
      ...(command.healthPath === undefined ? [] : ["--health", command.healthPath]),
      ...(command.cwd === undefined ? [] : ["--cwd", command.cwd]),
      ...Object.keys(command.env ?? {}).flatMap((variable) => ["--env", variable]),
    ];
    return shellWords(["berth", "run", ...shared, "command", ...words, "--", ...redactWords(command.argv)]);
  }
  if (service.handler !== null)
    return shellWords(["berth", "run", ...shared, ...handlerWords(service.handler)]);
  const extra = options.extra ?? [];
  return shellWords([
    "berth",
    "run",
    ...shared,
    image,
    model ?? service.modelPath ?? "",
    ...(isUsual(engine) ? [] : ["--engine", engine]),
    ...optionWords(options),
    ...(extra.length === 0 ? [] : ["--", ...redactWords(extra)]),
  ]);
}

function handlerWords({
  source,
  className,
  requirements = [],
  systemDependencies = [],
}: HandlerSpec): string[] {
  const file = handlerSourceName(source);
  return [
    "handler",
    className === undefined ? file : `${file}:${className}`,
    ...(source.kind === "path" ? ["--there"] : []),
    ...requirements.flatMap((each) => ["--requirement", each]),
    ...systemDependencies.flatMap((each) => ["--system", each]),
  ];
}

/** Engines that are chosen by themselves where the model is theirs. */
function isUsual(engine: Service["engine"]): boolean {
  return engine === "llama-cpp" || engine === "transformers-js";
}

function resourceWords(resources: Resources): string[] {
  const { time, gres, memoryMiB, ntasksPerNode, partition, constraint, account, qos, nodes } = resources;
  const given: readonly (readonly [string, string | number | undefined])[] = [
    ["--time", time],
    ["--gres", gres],
    ["--mem", memoryMiB === undefined ? undefined : `${memoryMiB}M`],
    ["--ntasks-per-node", ntasksPerNode],
    ["--partition", partition],
    ["--constraint", constraint],
    ["--account", account],
    ["--qos", qos],
    ["--nodes", nodes],
    ["--exclude", resources.exclude],
    ["--reservation", resources.reservation],
    ...(resources.sbatch ?? []).map((option) => ["--sbatch", option] as const),
  ];
  return words(given);
}

function optionWords(options: EngineOptions): string[] {
  const { sharded, disableCustomKernels, trustRemoteCode, sharedMemoryMiB } = options;
  return words([
    ["--max-input-length", options.maxInputTokens],
    ["--max-total-tokens", options.maxTotalTokens],
    ["--parallel", options.parallel],
    ["--threads", options.threads],
    ["--gpu-layers", options.gpuLayers],
    ["--file", options.file],
    ...(options.lora ?? []).map(({ path, scale }) => ["--lora", `${path}=${scale}`] as const),
    ["--sharded", sharded === undefined ? undefined : String(sharded)],
    ["--num-shard", options.numShard],
    ["--disable-custom-kernels", disableCustomKernels === true ? true : undefined],
    ["--trust-remote-code", trustRemoteCode === true ? true : undefined],
    ["--max-stop-sequences", options.maxStopSequences],
    ["--max-batch-prefill-tokens", options.maxBatchPrefillTokens],
    ["--shm-size", sharedMemoryMiB === undefined ? undefined : `${sharedMemoryMiB}M`],
  ]);
}

function words(given: readonly (readonly [string, string | number | true | undefined])[]): string[] {
  return given.flatMap(([flag, value]) => {
    if (value === undefined) return [];
    return value === true ? [flag] : [flag, String(value)];
  });
}

function mountWord({ source, target, readOnly }: Mount): string {
  if (readOnly === true) return `${source}:${target ?? source}:ro`;
  return target === undefined ? source : `${source}:${target}`;
}
