import { isAbsolute } from "node:path";
import {
  BerthError,
  defaultContextTokens,
  engineHealthPath,
  estimateMemoryMiB,
  type Model,
  type Task,
} from "@berth/api";
import type { Device, Engine, EnginePlan } from "../engine.ts";
import type { LlamaCppConfig } from "./config.ts";
import { readExtraWords } from "./extra-words.ts";
import { chooseGgufFile, ggufFiles } from "./gguf-file.ts";
import { engineThreads } from "../serving/engine-threads.ts";

export { extraWords } from "./extra-words.ts";
export type { LlamaCppConfig } from "./config.ts";

const tasks: readonly Task[] = ["text-generation", "feature-extraction", "text-ranking"];

const mostSequences = 8;
/** The caches of all sequences together may take this share of the free memory when the user names no number. */
const cacheShareOfFreeMemory = 0.25;
const minStartMs = 120_000;
/** A slow disk, read once. */
const weightBytesPerMs = 20_000;

/** llama.cpp inside the runner's own bundle: GGUF models, for text, embeddings and reranking. This plans; `./serve` serves. */
export const llamaCppEngine: Engine = {
  name: "llama-cpp",
  tasks,

  accepts(model) {
    const problem = refusalOf(model);
    return problem === null ? { ok: true } : { ok: false, reason: problem };
  },

  plan(request) {
    const { model, task, device } = request;
    if (model === undefined)
      throw new BerthError("invalid_request", "llama-cpp needs a model", { param: "model" });
    const problem = refusalOf(model);
    if (problem !== null) throw new BerthError("invalid_request", problem, { param: "model" });
    if (!tasks.includes(task))
      throw new BerthError(
        "invalid_request",
        `llama-cpp does not serve ${task}; it serves ${tasks.join(", ")}`,
        {
          param: "image",
        },
      );

    const { options, tuning } = readExtraWords(request.options);
    const file = chooseGgufFile(model, options.file);
    const contextTokens = contextOf(model, request.options.maxInputTokens, options.maxTotalTokens);
    const estimate = (parallel: number): number =>
      estimateMemoryMiB(
        {
          weightBytes: file.sizeBytes,
          contextTokens,
          layers: model.facts?.layers ?? null,
          kvHeads: model.facts?.kvHeads ?? null,
          headSize: model.facts?.headSize ?? null,
        },
        { contextTokens, parallel },
      );
    const parallel =
      task === "text-generation" ? (options.parallel ?? sequencesThatFit(estimate, device)) : 1;
    const threads = options.threads ?? engineThreads(device);
    const lora = options.lora ?? [];
    if (lora.length > 0 && task !== "text-generation")
      throw new BerthError("invalid_request", "llama-cpp takes LoRA adapters for text-generation only", {
        param: "options.lora",
      });
    for (const { path } of lora)
      if (!isAbsolute(path))
        throw new BerthError("invalid_request", `give the LoRA file "${path}" by its absolute path`, {
          param: "options.lora",
        });

    const config: LlamaCppConfig = {
      modelPath: file.path,
      servedName: request.servedName,
      task,
      contextTokens,
      maxInputTokens: options.maxInputTokens ?? null,
      parallel,
      threads,
      gpuLayers: options.gpuLayers ?? null,
      lora: [...lora],
      ...tuning,
    };
    return {
      program: { kind: "embedded", engine: "llama-cpp", config: { ...config } },
      listen: { kind: "socket" },
      healthPath: engineHealthPath,
      startTimeoutMs: minStartMs + Math.round(file.sizeBytes / weightBytesPerMs),
      contextTokens,
      parallel,
      threads,
      memoryMiB: estimate(parallel),
      warnings: warningsOf(model, device, {
        choice: file.choice,
        contextTokens,
        contextWasGiven: options.maxTotalTokens !== undefined,
        threads,
      }),
    };
  },
};

function refusalOf(model: Model): string | null {
  if (model.status !== "ready")
    return `${model.repo} is ${model.status}${model.statusReason === null ? "" : `: ${model.statusReason}`}`;
  if (ggufFiles(model).length > 0) return null;
  const format = model.facts?.format ?? "other";
  const holds = format === "other" || format === "gguf" ? "no GGUF file" : `${format} files, no GGUF file`;
  return `${model.repo} holds ${holds}, and llama-cpp serves GGUF only; take a GGUF edition of the model (its name often ends in -GGUF: berth model add OWNER/NAME-GGUF)`;
}

function contextOf(
  model: Model,
  maxInputTokens: number | undefined,
  maxTotalTokens: number | undefined,
): number {
  const trained = model.facts?.contextTokens ?? null;
  const contextTokens = maxTotalTokens ?? Math.min(trained ?? defaultContextTokens, defaultContextTokens);
  if (trained !== null && contextTokens > trained)
    throw new BerthError(
      "invalid_request",
      `maxTotalTokens is ${contextTokens}, but ${model.repo} holds ${trained} tokens at most`,
      { param: "options.maxTotalTokens" },
    );
  if (maxInputTokens !== undefined && maxInputTokens >= contextTokens)
    throw new BerthError(
      "invalid_request",
      `maxInputTokens is ${maxInputTokens}, which leaves no room for an answer in ${contextTokens} tokens; raise maxTotalTokens or lower maxInputTokens`,
      { param: "options.maxInputTokens" },
    );
  return contextTokens;
}

/** As many as eight, halved until their caches fit into a quarter of what is free. */
function sequencesThatFit(estimate: (parallel: number) => number, device: Device): number {
  const perSequenceMiB = estimate(2) - estimate(1);
  const budgetMiB = device.freeMemoryMiB * cacheShareOfFreeMemory;
  let parallel = mostSequences;
  while (parallel > 1 && parallel * perSequenceMiB > budgetMiB) parallel /= 2;
  return parallel;
}

interface Chosen {
  readonly choice: string | null;
  readonly contextTokens: number;
  readonly contextWasGiven: boolean;
  readonly threads: number;
}

function warningsOf(model: Model, device: Device, chosen: Chosen): EnginePlan["warnings"] {
  const warnings: string[] = [];
  if (chosen.choice !== null) warnings.push(chosen.choice);
  const trained = model.facts?.contextTokens ?? null;
  if (!chosen.contextWasGiven && trained !== null && trained > chosen.contextTokens)
    warnings.push(
      `context is ${chosen.contextTokens} of the model's ${trained} tokens; maxTotalTokens raises it, for memory`,
    );
  if (chosen.threads + device.busyThreads > device.cpuCores)
    warnings.push(
      `${chosen.threads} ${chosen.threads === 1 ? "thread" : "threads"} on ${device.cpuCores} cores, ${device.busyThreads} of them busy with other engines: expect slow answers`,
    );
  return warnings;
}
