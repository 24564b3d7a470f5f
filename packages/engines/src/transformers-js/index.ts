import { BerthError, engineHealthPath, type Model } from "@berth/api";
import type { Engine } from "../engine.ts";
import { engineThreads } from "../serving/engine-threads.ts";
import { chooseFile } from "../speech/choose-file.ts";
import { planSpeech } from "../speech/plan-speech.ts";
import { refuseOtherTask, whyNotReady } from "../speech/refuse-model.ts";
import { refuseOptions } from "../speech/refuse-options.ts";
import type { TransformersJsConfig } from "./config.ts";
import { dtypeOfFile } from "./dtype-of-file.ts";

export type { TransformersJsConfig } from "./config.ts";

const minStartMs = 60_000;
/** A slow disk, read once. */
const weightBytesPerMs = 20_000;
const workingMiB = 400;

/** Transformers.js inside the runner's own bundle: ONNX models, for speech. This plans; `./serve` serves. */
export const transformersJsEngine: Engine = {
  name: "transformers-js",
  tasks: ["automatic-speech-recognition"],

  accepts(model) {
    const problem = refusalOf(model);
    return problem === null ? { ok: true } : { ok: false, reason: problem };
  },

  plan({ model, servedName, task, options, device, surroundings }) {
    if (model === undefined)
      throw new BerthError("invalid_request", "transformers-js needs a model", { param: "model" });
    const problem = refusalOf(model);
    if (problem !== null) throw new BerthError("invalid_request", problem, { param: "model" });
    refuseOtherTask("transformers-js", task);
    refuseOptions("transformers-js", options, ["threads", "file"]);
    const { file, choice } = chooseFile(onnxFilesOf(model), options.file);
    const threads = options.threads ?? engineThreads(device);
    const speech = planSpeech(servedName, threads, surroundings.mounts);
    const config: TransformersJsConfig = {
      task: "automatic-speech-recognition",
      modelPath: model.path,
      dtype: dtypeOfFile(file.path),
      speech: speech.config,
    };
    return {
      program: { kind: "embedded", engine: "transformers-js", config: { ...config } },
      listen: { kind: "socket" },
      healthPath: engineHealthPath,
      startTimeoutMs: minStartMs + Math.round(file.sizeBytes / weightBytesPerMs),
      contextTokens: null,
      parallel: 1,
      threads,
      memoryMiB: Math.ceil((file.sizeBytes * 1.5) / 2 ** 20) + workingMiB,
      warnings: [...(choice === null ? [] : [choice]), ...speech.warnings],
    };
  },
};

function refusalOf(model: Model): string | null {
  const notReady = whyNotReady(model);
  if (notReady !== null) return notReady;
  if (model.facts?.task !== "automatic-speech-recognition")
    return `${model.repo} is made for ${model.facts?.task ?? "something unknown"}, and transformers-js serves speech recognition`;
  if (onnxFilesOf(model).files.length > 0) return null;
  return `${model.repo} holds no ONNX files, which transformers-js serves; take an ONNX edition of the model (onnx-community has many: berth model add onnx-community/NAME)`;
}

function onnxFilesOf(model: Model): Model {
  return { ...model, files: model.files.filter(({ path }) => path.endsWith(".onnx")) };
}
