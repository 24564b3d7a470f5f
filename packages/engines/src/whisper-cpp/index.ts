import { join } from "node:path";
import { BerthError, engineHealthPath, type EngineOptions, type Model } from "@berth/api";
import type { Engine } from "../engine.ts";
import { chooseFile } from "../speech/choose-file.ts";
import { planSpeech } from "../speech/plan-speech.ts";
import { refuseOptions } from "../speech/refuse-options.ts";
import { refuseOtherTask, whyNotReady } from "../speech/refuse-model.ts";
import { engineThreads } from "../serving/engine-threads.ts";
import type { WhisperCppConfig } from "./config.ts";

export type { WhisperCppConfig } from "./config.ts";

const minStartMs = 60_000;
/** A slow disk, read once. */
const weightBytesPerMs = 20_000;
const workingMiB = 300;

/** whisper.cpp inside the runner's own bundle: speech models in GGML files. This plans; `./serve` serves. */
export const whisperCppEngine: Engine = {
  name: "whisper-cpp",
  tasks: ["automatic-speech-recognition"],

  accepts(model) {
    const problem = refusalOf(model);
    return problem === null ? { ok: true } : { ok: false, reason: problem };
  },

  plan({ model, servedName, task, options, device, surroundings }) {
    if (model === undefined)
      throw new BerthError("invalid_request", "whisper-cpp needs a model", { param: "model" });
    const problem = refusalOf(model);
    if (problem !== null) throw new BerthError("invalid_request", problem, { param: "model" });
    refuseOtherTask("whisper-cpp", task);
    refuseOptions("whisper-cpp", options, ["threads", "file", "extra"]);
    const { file, choice } = chooseFile(model, options.file);
    const threads = options.threads ?? engineThreads(device);
    const speech = planSpeech(servedName, threads, surroundings.mounts);
    const config: WhisperCppConfig = {
      modelPath: join(model.path, file.path),
      ...readWords(options),
      speech: speech.config,
    };
    return {
      program: { kind: "embedded", engine: "whisper-cpp", config: { ...config } },
      listen: { kind: "socket" },
      healthPath: engineHealthPath,
      startTimeoutMs: minStartMs + Math.round(file.sizeBytes / weightBytesPerMs),
      contextTokens: null,
      parallel: 1,
      threads,
      memoryMiB: Math.ceil(file.sizeBytes / 2 ** 20) + workingMiB,
      warnings: [...(choice === null ? [] : [choice]), ...speech.warnings],
    };
  },
};

function refusalOf(model: Model): string | null {
  const notReady = whyNotReady(model);
  if (notReady !== null) return notReady;
  if (model.facts?.format === "ggml" && model.files.length > 0) return null;
  return `${model.repo} holds no Whisper in GGML's form (ggml-base.bin and the like), which whisper-cpp serves`;
}

/** What came after `--`, by whisper.cpp's own names. */
function readWords(options: EngineOptions): Pick<WhisperCppConfig, "fallback" | "beamSize"> {
  let fallback = true;
  let beamSize: number | null = null;
  const words = [...(options.extra ?? [])];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "--no-fallback" || word === "-nf") fallback = false;
    else if (word === "--beam-size" || word === "-bs") beamSize = beamSizeOf(words.shift());
    else
      throw refusal(`whisper-cpp has no option "${word}"; after -- it takes --no-fallback and --beam-size N`);
  }
  return { fallback, beamSize };
}

function beamSizeOf(text: string | undefined): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= 16) return size;
  throw refusal(`--beam-size needs a whole number from 1 to 16, not "${text ?? ""}"`);
}

function refusal(message: string): BerthError {
  return new BerthError("invalid_request", message, { param: "options.extra" });
}
