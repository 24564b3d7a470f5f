import { BerthError, type CreateService, type LaunchPreview, type Model, type Routes } from "@berth/api";
import type { MockHandler } from "./handler.ts";
import { planJob } from "./launch-job.ts";
import { service } from "./seed-services.ts";
import type { World } from "./world.ts";

export const previewService: MockHandler<Routes["previewService"]> = ({ body }, world) => plan(body, world);

export const createService: MockHandler<Routes["createService"]> = ({ body }, world) => {
  const preview = plan(body, world);
  if (!preview.memory.fits && body.force !== true)
    throw new BerthError(
      "insufficient_memory",
      `needs about ${preview.memory.neededMiB ?? 0} MiB, ${preview.memory.freeMiB} MiB are free; choose a smaller context or quantisation, or force it`,
      { param: "model", details: preview.memory },
    );
  const made = service(Date.now(), {
    id: world.newId("5e2").padEnd(8, "0"),
    name: preview.name,
    image: body.image ?? "text-generation",
    engine: preview.engine,
    model: preview.model,
    revision: preview.revision,
    status: "SUBMITTED",
    options: { parallel: 4, ...body.options },
    command: body.command ?? null,
    profile: body.profile ?? "local",
    resources: body.resources ?? null,
    runtime: body.runtime ?? "process",
    container: body.container ?? null,
    mounts: body.mounts ?? [],
    env: Object.fromEntries(Object.keys(body.env ?? {}).map((name) => [name, "***"])),
    renew: body.renew ?? false,
    idleTimeoutSeconds: body.idleTimeoutSeconds ?? null,
    port: body.port ?? 8091,
    createdAt: Date.now(),
  });
  world.services.set(made.id, made);
  return world.changeService(made.id, {}, "Submitted");
};

function plan(body: CreateService, world: World): LaunchPreview {
  const taken = [...world.services.values()].some((one) => one.name === body.name);
  if (taken)
    throw new BerthError("already_exists", `a service named ${body.name ?? ""} exists`, { param: "name" });
  if (world.profiles.some((one) => one.name === body.profile && one.schema === "slurm"))
    return planJob(body, world);
  return body.command === undefined ? planModel(body, world) : planCommand(body, body.command.argv, world);
}

function planModel(body: CreateService, world: World): LaunchPreview {
  const model = world.models.find((one) => one.id === body.model || one.repo === body.model);
  if (model === undefined)
    throw new BerthError("model_not_found", `no model ${body.model ?? ""} is installed`, { param: "model" });
  const tokens = body.options?.maxTotalTokens ?? Math.min(4096, model.facts?.contextTokens ?? 4096);
  if (tokens > (model.facts?.contextTokens ?? Infinity))
    throw new BerthError(
      "unprocessable",
      `the model was trained for ${model.facts?.contextTokens ?? 0} tokens of context; ask for no more`,
      { param: "options.maxTotalTokens" },
    );
  const parallel = body.options?.parallel ?? 4;
  const neededMiB = (model.estimatedMemoryMiB ?? 1000) + Math.round((tokens * parallel) / 40);
  const freeMiB = world.system.memory.freeMiB;
  return {
    service: body,
    name: body.name ?? "quiet-heron",
    model: model.repo,
    revision: model.revision,
    revisionReason: "newest of 1 on this profile",
    engine: "llama-cpp",
    imageFile: null,
    argv: [
      "node",
      "/opt/berth/runner.mjs",
      "engine",
      "llama-cpp",
      "--config",
      "…/engine.json",
      "--socket",
      "…/engine.sock",
    ],
    env: { BERTH_LAUNCH_ID: "5e200000-1" },
    jobScript: null,
    expectedStartAt: null,
    files: [{ path: "engine.json", mode: "0600", content: engineConfig(model, tokens, parallel, body) }],
    memory: { neededMiB, freeMiB, fits: neededMiB <= freeMiB },
    warnings: model.location === "cache" ? ["the model lies in the shared cache; it may go away"] : [],
    steps: [`found ${model.repo} in ${model.location}`, "chose revision main", "will start 1 process"],
  };
}

function planCommand(body: CreateService, argv: readonly string[], world: World): LaunchPreview {
  return {
    service: body,
    name: body.name ?? "quiet-heron",
    model: body.model ?? null,
    revision: null,
    revisionReason: null,
    engine: "command",
    imageFile: null,
    argv: [...argv],
    env: {},
    jobScript: null,
    expectedStartAt: null,
    files: [],
    memory: { neededMiB: null, freeMiB: world.system.memory.freeMiB, fits: true },
    warnings: argv.some((word) => /\{(port|socket)\}/.test(word))
      ? []
      : ["no word of the command holds {port} or {socket}: the server cannot know where to listen"],
    steps: ["will start 1 process"],
  };
}

function engineConfig(
  model: Model,
  contextTokens: number,
  parallel: number,
  { options }: CreateService,
): string {
  const { lora = [] } = options ?? {};
  return JSON.stringify({ model: model.path, contextTokens, parallel, threads: 6, lora }, null, 2);
}
