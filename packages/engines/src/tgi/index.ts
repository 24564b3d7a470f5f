import type { EngineOptions, Task } from "@berth/api";
import { literal } from "../container/literal.ts";
import { mountByName } from "../container/model-mount.ts";
import {
  checkContext,
  extraWords,
  flags,
  refuseOptions,
  shardsOf,
  type ExtraRules,
} from "../container/options.ts";
import { bindAddress, planProgram, portReach, runtimeWarnings } from "../container/plan-program.ts";
import { requireModel, startTimeoutMs, weightsRefusal } from "../container/served-model.ts";
import type { Engine, EnginePlan, EngineRequest } from "../engine.ts";

/** The image that is run unless another is named. */
export const tgiImage = "ghcr.io/huggingface/text-generation-inference:3.3.5";

const program = "text-generation-launcher";
const tasks: readonly Task[] = ["text-generation"];

const taken: readonly (keyof EngineOptions)[] = [
  "maxInputTokens",
  "maxTotalTokens",
  "parallel",
  "threads",
  "numShard",
  "sharded",
  "disableCustomKernels",
  "trustRemoteCode",
  "maxStopSequences",
  "maxBatchPrefillTokens",
  "sharedMemoryMiB",
  "extra",
];

const instead = {
  lora: "mount the adapters and put --lora-adapters after --",
  gpuLayers: "it keeps all layers on its GPUs",
  file: "it loads the whole model",
};

const rules: ExtraRules = {
  engine: "tgi",
  own: {
    "model-id": "name the model itself",
    revision: "give --revision before --",
    "api-key": "the engine gets a key that nobody is told; give --api-key before -- for the service's own",
    hostname: "Berth decides where the engine listens",
    port: "Berth decides where the engine listens; give --port before -- for the service's own",
    p: "Berth decides where the engine listens; give --port before -- for the service's own",
    "trust-remote-code": "give --trust-remote-code before --",
    "huggingface-hub-cache": "the model is mounted where it is found",
  },
};

/** Hugging Face's Text Generation Inference: models in safetensors on GPUs, behind a port with a key. */
export const tgiEngine: Engine = {
  name: "tgi",
  tasks,
  image: tgiImage,

  accepts(model) {
    const reason = weightsRefusal(model, "tgi");
    return reason === null ? { ok: true } : { ok: false, reason };
  },

  plan(request) {
    const model = requireModel(request, tgiEngine, (each) => weightsRefusal(each, "tgi"));
    const { options } = request;
    refuseOptions("tgi", options, taken, instead);
    checkContext(model, options);
    const mounted = mountByName(model);
    const listen = portReach(request, "tgi");
    return {
      program: planProgram(request, {
        listen,
        env: {
          HF_HUB_OFFLINE: "1",
          TRANSFORMERS_OFFLINE: "1",
          ...(options.threads === undefined ? {} : { OMP_NUM_THREADS: String(options.threads) }),
        },
        keyEnv: { API_KEY: "{key}" },
        contained: () => ({
          image: tgiImage,
          program,
          args: launcherWords(request, mounted.name),
          // it calls a model by the path it was given, seen from here
          workdir: mounted.workdir,
          mounts: mounted.mounts,
          needsRoot: true,
        }),
        native: () => ({ argv: [program, ...launcherWords(request, literal(model.path, "model"))] }),
      }),
      listen,
      healthPath: "/health",
      startTimeoutMs: startTimeoutMs(request, model),
      contextTokens: options.maxTotalTokens ?? null,
      parallel: options.parallel ?? null,
      threads: options.threads ?? 0,
      memoryMiB: null,
      warnings: [...runtimeWarnings(request), ...warningsOf(request, listen)],
    };
  },
};

function launcherWords(request: EngineRequest, modelId: string): readonly string[] {
  const { options, surroundings } = request;
  const shards = shardsOf(request);
  return [
    "--model-id",
    modelId,
    "--hostname",
    bindAddress(request),
    "--port",
    "{port}",
    ...flags({
      "--sharded": options.sharded === undefined ? undefined : String(options.sharded),
      "--num-shard": shards > 1 ? shards : undefined,
      "--max-input-tokens": options.maxInputTokens,
      "--max-total-tokens": options.maxTotalTokens,
      "--max-batch-prefill-tokens": options.maxBatchPrefillTokens,
      "--max-batch-size": options.parallel,
      "--max-stop-sequences": options.maxStopSequences,
    }),
    // the custom kernels are CUDA's
    ...(options.disableCustomKernels === true || surroundings.gpus === 0 ? ["--disable-custom-kernels"] : []),
    ...(options.trustRemoteCode === true ? ["--trust-remote-code"] : []),
    ...extraWords(options.extra ?? [], rules),
  ];
}

function warningsOf(
  { surroundings, options }: EngineRequest,
  listen: EnginePlan["listen"],
): readonly string[] {
  const warnings: string[] = [];
  if (listen.kind === "port" && listen.reach !== "private")
    warnings.push(
      "tgi hands its key to its router on a command line, where other users of the machine can read it; on a machine with others choose vllm",
    );
  if (surroundings.runtime === "process")
    warnings.push("tgi as a plain process calls the model by its path, except in chats");
  if (options.numShard === 1 && surroundings.gpus > 1)
    warnings.push(`one of ${surroundings.gpus} GPUs is used: numShard is 1`);
  return warnings;
}
