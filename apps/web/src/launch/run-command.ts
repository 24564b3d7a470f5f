import type { CreateService, LaunchPreview, Mount, Resources } from "@berth/api";
import { shellWord } from "../snippets/quote.ts";
import { commandText } from "./command-text.ts";

/** The `berth run` that asks for the same launch, for a shell. A key is asked for, never written down. */
export function runCommand(
  body: CreateService,
  found: Pick<LaunchPreview, "model" | "revision">,
  image: CreateService["image"],
): string {
  const { command, options = {} } = body;
  const env = { ...body.env, ...command?.env };
  const flags = [
    ...placeFlags(body),
    // values travel in the environment: argv is there for every user of the machine to read
    ...Object.keys(env).flatMap((name) => flag("--env", name)),
    ...optionFlags(options),
  ];
  if (command !== undefined) {
    const own = [
      ...flag("--model", body.model),
      ...flag("--health", command.healthPath),
      ...flag("--cwd", command.cwd),
    ];
    return joined(env, ["berth", "run", ...flags], ["command", ...own], ["--", ...command.argv]);
  }
  const kind = image ?? body.image ?? "text-generation";
  const extra = options.extra ?? [];
  return joined(
    env,
    ["berth", "run", ...flags],
    [
      kind,
      found.model ?? body.model ?? "",
      ...flag("--revision", namedRevision(found.revision)),
      ...flag("--task", kind === "pipeline" ? body.task : undefined),
      ...flag("--allow-private-urls", options.allowPrivateUrls),
    ],
    extra.length === 0 ? [] : ["--", ...extra],
  );
}

/** Each group begins a line; the first has one for each of its options. */
function joined(
  env: Readonly<Record<string, string>>,
  first: readonly string[],
  ...groups: readonly (readonly string[])[]
): string {
  const lines = groups.filter((group) => group.length > 0).map((group) => group.map(shellWord).join(" "));
  return [commandText(first, env), ...lines].join(" \\\n  ");
}

function placeFlags(body: CreateService): string[] {
  return [
    ...flag("--profile", body.profile),
    ...flag("--name", body.name),
    ...resourceFlags(body.resources ?? {}),
    ...flag("--runtime", body.runtime),
    ...flag("--container", body.container),
    ...flag("--engine", body.engine),
    ...(body.mounts ?? []).flatMap((mount) => flag("--mount", mountText(mount))),
    ...flag("--renew", body.renew),
    ...flag(
      "--idle-timeout",
      body.idleTimeoutSeconds === undefined ? undefined : `${body.idleTimeoutSeconds}s`,
    ),
    ...flag("--port", body.port),
    ...flag("--ask-api-key", body.apiKey !== undefined),
    ...flag("--allow-shared-port", body.allowSharedPort),
    ...flag("--force", body.force),
  ];
}

/** `/a`, `/a:/b`, `/a:/b:ro`. */
function mountText({ source, target, readOnly = false }: Mount): string {
  if (readOnly) return `${source}:${target ?? source}:ro`;
  return target === undefined ? source : `${source}:${target}`;
}

function resourceFlags(resources: Resources): string[] {
  return [
    ...flag("--partition", resources.partition),
    ...flag("--gres", resources.gres),
    ...flag("--time", resources.time),
    ...flag("--nodes", resources.nodes),
    ...flag("--ntasks-per-node", resources.ntasksPerNode),
    ...flag("--mem", resources.memoryMiB === undefined ? undefined : memory(resources.memoryMiB)),
    ...flag("--account", resources.account),
    ...flag("--qos", resources.qos),
    ...flag("--constraint", resources.constraint),
    ...flag("--exclude", resources.exclude),
    ...flag("--reservation", resources.reservation),
    ...(resources.sbatch ?? []).flatMap((option) => flag("--sbatch", option)),
  ];
}

function optionFlags(options: NonNullable<CreateService["options"]>): string[] {
  return [
    ...flag("--max-total-tokens", options.maxTotalTokens),
    ...flag("--max-input-length", options.maxInputTokens),
    ...flag("--parallel", options.parallel),
    ...flag("--threads", options.threads),
    ...flag("--gpu-layers", options.gpuLayers),
    ...(options.lora ?? []).flatMap(({ path, scale }) => flag("--lora", `${path}=${scale}`)),
    ...flag("--num-shard", options.numShard),
    ...flag("--max-stop-sequences", options.maxStopSequences),
    ...flag("--max-batch-prefill-tokens", options.maxBatchPrefillTokens),
    ...flag("--disable-custom-kernels", options.disableCustomKernels),
    ...flag("--trust-remote-code", options.trustRemoteCode),
    ...flag(
      "--shm-size",
      options.sharedMemoryMiB === undefined ? undefined : memory(options.sharedMemoryMiB),
    ),
    ...flag("--file", options.file),
  ];
}

/** An option and its value as two words, unless the value would be taken for an option itself. */
function flag(name: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [name];
  const text = String(value);
  return text.startsWith("-") ? [`${name}=${text}`] : [name, text];
}

/** As `--mem` and `--shm-size` take it. */
function memory(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}G` : `${mebibytes}M`;
}

/** What lies in a plain directory, and the model we ship, have no commit to name. */
function namedRevision(revision: string | null): string | undefined {
  return revision === null || !/^[0-9a-f]{40}$/.test(revision) ? undefined : revision;
}
