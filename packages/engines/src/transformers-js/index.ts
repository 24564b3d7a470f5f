import { BerthError, engineHealthPath, isPipelineTask, pipelineTaskSchema, type Model } from "@berth/api";
import type { Engine, EngineRequest } from "../engine.ts";
import { engineThreads } from "../serving/engine-threads.ts";
import { chooseFile } from "../speech/choose-file.ts";
import { planSpeech } from "../speech/plan-speech.ts";
import { refuseOtherTask, whyNotReady } from "../speech/refuse-model.ts";
import { refuseOptions } from "../speech/refuse-options.ts";
import type { PipelineConfig, TransformersJsConfig } from "./config.ts";
import { dtypeOfFile } from "./dtype-of-file.ts";
import { whyNotPipeline } from "./why-not-pipeline.ts";

export type { TransformersJsConfig } from "./config.ts";

const minStartMs = 60_000;
/** A slow disk, read once. */
const weightBytesPerMs = 20_000;
const workingMiB = 400;

const pipelineLimits: Pick<PipelineConfig, "maxBodyBytes" | "maxMediaBytes" | "maxAudioSeconds"> = {
  maxBodyBytes: 64 * 2 ** 20,
  maxMediaBytes: 32 * 2 ** 20,
  maxAudioSeconds: 3600,
};

/** Transformers.js inside the runner's own bundle: ONNX models, for speech and as the Hub's pipelines. This plans; `./serve` serves. */
export const transformersJsEngine: Engine = {
  name: "transformers-js",
  tasks: ["automatic-speech-recognition"],
  pipelines: pipelineTaskSchema.options,

  accepts(model, pipeline) {
    const problem = pipeline === undefined ? whyNotSpeech(model) : whyNotOnnxPipeline(model, pipeline);
    return problem === null ? { ok: true } : { ok: false, reason: problem };
  },

  plan(request) {
    const { model, options, device, isPipeline } = request;
    if (model === undefined)
      throw new BerthError("invalid_request", "transformers-js needs a model", { param: "model" });
    const threads = options.threads ?? engineThreads(device);
    const { file, choice } = chosenFile(request, model);
    const { config, warnings } =
      isPipeline === true
        ? planPipeline(request, model, threads, file.path)
        : planRecognition(request, model, threads, file.path);
    return {
      program: { kind: "embedded", engine: "transformers-js", config: { ...config } },
      listen: { kind: "socket" },
      healthPath: engineHealthPath,
      startTimeoutMs: minStartMs + Math.round(file.sizeBytes / weightBytesPerMs),
      contextTokens: null,
      parallel: 1,
      threads,
      memoryMiB: Math.ceil((file.sizeBytes * 1.5) / 2 ** 20) + workingMiB,
      warnings: [...(choice === null ? [] : [choice]), ...warnings],
    };
  },
};

interface Planned {
  readonly config: TransformersJsConfig;
  readonly warnings: readonly string[];
}

/** Throws what is wrong with the order before anything of the model's is chosen. */
function chosenFile({ task, options, isPipeline }: EngineRequest, model: Model) {
  const asPipeline = isPipeline === true;
  if (asPipeline && !isPipelineTask(task))
    throw new BerthError("invalid_request", `transformers-js has no pipeline for ${task}`, { param: "task" });
  const problem = asPipeline && isPipelineTask(task) ? whyNotOnnxPipeline(model, task) : whyNotSpeech(model);
  if (problem !== null) throw new BerthError("invalid_request", problem, { param: "model" });
  if (!asPipeline) refuseOtherTask("transformers-js", task);
  refuseOptions(
    "transformers-js",
    options,
    asPipeline ? ["threads", "file", "allowPrivateUrls"] : ["threads", "file"],
  );
  return chooseFile(onnxFilesOf(model), options.file);
}

function planRecognition(
  { servedName, surroundings }: EngineRequest,
  model: Model,
  threads: number,
  path: string,
): Planned {
  const speech = planSpeech(servedName, threads, surroundings.mounts);
  return {
    config: {
      task: "automatic-speech-recognition",
      modelPath: model.path,
      dtype: dtypeOfFile(path),
      speech: speech.config,
    },
    warnings: speech.warnings,
  };
}

function planPipeline(
  { task, servedName, options }: EngineRequest,
  model: Model,
  threads: number,
  path: string,
): Planned {
  const allowPrivateUrls = options.allowPrivateUrls === true;
  return {
    config: {
      task: "pipeline",
      modelPath: model.path,
      dtype: dtypeOfFile(path),
      pipeline: {
        task: pipelineTaskSchema.parse(task),
        servedName,
        threads,
        allowPrivateUrls,
        ...pipelineLimits,
      },
    },
    warnings: allowPrivateUrls
      ? ["whoever may call it can have it fetch what is at this machine's and its network's addresses"]
      : [],
  };
}

function whyNotSpeech(model: Model): string | null {
  const notReady = whyNotReady(model);
  if (notReady !== null) return notReady;
  if (model.facts?.task !== "automatic-speech-recognition")
    return `${model.repo} is made for ${model.facts?.task ?? "something unknown"}, and transformers-js serves speech recognition, or any task as a pipeline (berth run pipeline)`;
  return whyNoOnnx(model);
}

function whyNotOnnxPipeline(model: Model, task: Parameters<typeof whyNotPipeline>[1]): string | null {
  return whyNotReady(model) ?? whyNotPipeline(model, task) ?? whyNoOnnx(model);
}

function whyNoOnnx(model: Model): string | null {
  if (onnxFilesOf(model).files.length > 0) return null;
  return `${model.repo} holds no ONNX files, which transformers-js serves; take an ONNX edition of the model (onnx-community has many: berth model add onnx-community/NAME)`;
}

function onnxFilesOf(model: Model): Model {
  return { ...model, files: model.files.filter(({ path }) => path.endsWith(".onnx")) };
}
