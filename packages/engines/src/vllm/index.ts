import { BerthError, type EngineOptions, type Task } from "@berth/api";
import { containedSocket } from "../container/contained-program.ts";
import { literal } from "../container/literal.ts";
import { mountHub } from "../container/model-mount.ts";
import {
  checkContext,
  extraWords,
  flags,
  refuseOptions,
  shardsOf,
  type ExtraRules,
} from "../container/options.ts";
import { planProgram, runtimeWarnings } from "../container/plan-program.ts";
import { requireModel, startTimeoutMs, weightsRefusal } from "../container/served-model.ts";
import type { Engine, EngineRequest } from "../engine.ts";

/** The image that is run unless another is named. */
export const vllmImage = "vllm/vllm-openai:v0.20.0";

const tasks: readonly Task[] = ["text-generation", "feature-extraction", "text-ranking"];

const taken: readonly (keyof EngineOptions)[] = [
  "maxTotalTokens",
  "parallel",
  "threads",
  "numShard",
  "sharded",
  "trustRemoteCode",
  "maxBatchPrefillTokens",
  "sharedMemoryMiB",
  "extra",
];

const instead = {
  maxInputTokens: "it bounds input and answer together, by maxTotalTokens",
  disableCustomKernels: "put --disable-custom-all-reduce or --enforce-eager after --",
  maxStopSequences: "it takes any number of them",
  lora: "mount the adapter and put --enable-lora --lora-modules NAME=PATH after --",
  gpuLayers: "it keeps all layers on its GPUs",
  file: "it loads the whole model",
};

const mediaDomains = "--allowed-media-domains";

const rules: ExtraRules = {
  engine: "vllm",
  own: {
    model: "name the model itself",
    "served-model-name": "it is the model's name",
    revision: "give --revision before --",
    "api-key": "the engine gets a key that nobody is told; give --api-key before -- for the service's own",
    uds: "the engine listens on a socket that only Berth reaches",
    host: "the engine listens on a socket that only Berth reaches",
    port: "the engine listens on a socket that only Berth reaches; give --port before -- for the service's own",
    "trust-remote-code": "give --trust-remote-code before --",
  },
};

/** vLLM: models in safetensors on GPUs, behind a Unix socket. */
export const vllmEngine: Engine = {
  name: "vllm",
  tasks,
  image: vllmImage,

  accepts(model) {
    const reason = weightsRefusal(model, "vllm");
    return reason === null ? { ok: true } : { ok: false, reason };
  },

  plan(request) {
    const model = requireModel(request, vllmEngine, (each) => weightsRefusal(each, "vllm"));
    const { options, surroundings } = request;
    refuseOptions("vllm", options, taken, instead);
    checkContext(model, options);
    const mounted = mountHub(model);
    const program = planProgram(request, {
      listen: { kind: "socket" },
      env: {
        HF_HUB_OFFLINE: "1",
        TRANSFORMERS_OFFLINE: "1",
        // its parts speak to each other on loopback, and it has no other network to look for
        VLLM_HOST_IP: "127.0.0.1",
        VLLM_NO_USAGE_STATS: "1",
        // a server that may be asked for an image does not say where it is instead
        VLLM_MEDIA_URL_ALLOW_REDIRECTS: "0",
        ...(options.threads === undefined ? {} : { OMP_NUM_THREADS: String(options.threads) }),
      },
      keyEnv: { VLLM_API_KEY: "{key}" },
      contained: () => ({
        image: vllmImage,
        program: "vllm",
        args: serveWords(request, mounted.path, containedSocket),
        mounts: mounted.mounts,
      }),
      native: () => ({ argv: ["vllm", ...serveWords(request, literal(model.path, "model"), "{socket}")] }),
    });
    return {
      program,
      listen: { kind: "socket" },
      healthPath: "/health",
      startTimeoutMs: startTimeoutMs(request, model),
      contextTokens: options.maxTotalTokens ?? null,
      parallel: options.parallel ?? null,
      threads: options.threads ?? 0,
      memoryMiB: null,
      warnings: [
        ...runtimeWarnings(request),
        ...(surroundings.gpus === 0 &&
        surroundings.container === undefined &&
        surroundings.runtime !== "process"
          ? [
              `${vllmImage} is made for GPUs, and the service asks for none; name an image for processors (container)`,
            ]
          : []),
      ],
    };
  },
};

/**
 * Callers send images and sounds in the request itself: an address in it would be fetched from within the cluster. None is
 * of this domain; an empty list would allow all (vLLM 0.11 and later). Whoever names domains after -- is believed.
 */
function mediaWords(extra: readonly string[]): readonly string[] {
  const isSaid = extra.some((word) => word.split("=", 1)[0]?.replaceAll("_", "-") === mediaDomains);
  return isSaid ? [] : [mediaDomains, "none.invalid"];
}

function serveWords(request: EngineRequest, modelPath: string, socketPath: string): readonly string[] {
  const { options, servedName, task } = request;
  const shards = shardsOf(request);
  if (servedName.startsWith("-"))
    throw new BerthError("invalid_request", `${servedName} cannot name a model for vllm`, { param: "model" });
  return [
    "serve",
    modelPath,
    "--served-model-name",
    literal(servedName, "model"),
    "--uds",
    socketPath,
    ...(task === "text-generation" ? [] : ["--runner", "pooling"]),
    ...flags({
      "--tensor-parallel-size": shards === 0 ? undefined : shards,
      "--max-model-len": options.maxTotalTokens,
      "--max-num-seqs": options.parallel,
      "--max-num-batched-tokens": options.maxBatchPrefillTokens,
    }),
    ...(options.trustRemoteCode === true ? ["--trust-remote-code"] : []),
    ...mediaWords(options.extra ?? []),
    ...extraWords(options.extra ?? [], rules),
  ];
}
