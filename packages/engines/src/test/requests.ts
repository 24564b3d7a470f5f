import type { Model, ModelFacts } from "@berth/api";
import { plainSurroundings, type EngineRequest, type Surroundings } from "../engine.ts";

const facts: ModelFacts = {
  format: "safetensors",
  task: "text-generation",
  architecture: "LlamaForCausalLM",
  parameters: 1_100_000_000,
  quantisation: null,
  contextTokens: 2048,
  embeddingLength: 2048,
  layers: 22,
  kvHeads: 4,
  headSize: 64,
  hasChatTemplate: true,
  licence: "apache-2.0",
};

/** A revision in the hub's layout. */
export function hubModel(repo: string, changes: Partial<Model> = {}): Model {
  const revision = "fe8a4ea1ffedaf415f4da2f062534de366a451e6";
  return {
    id: `mdl-${repo}`,
    repo,
    revision,
    refs: ["main"],
    profile: "della",
    location: "cache",
    path: `/scratch/cache/models--${repo.replaceAll("/", "--")}/snapshots/${revision}`,
    files: [],
    sizeBytes: 2_200_000_000,
    status: "ready",
    statusReason: null,
    image: "text-generation",
    facts,
    estimatedMemoryMiB: null,
    modifiedAt: 0,
    ...changes,
  };
}

export const tinyLlama = hubModel("TinyLlama/TinyLlama-1.1B-Chat-v1.0");

export const whisperLarge = hubModel("openai/whisper-large-v3", {
  image: "speech-recognition",
  facts: { ...facts, task: "automatic-speech-recognition", contextTokens: 448 },
});

export function engineRequest(
  changes: Partial<Omit<EngineRequest, "surroundings">> = {},
  surroundings: Partial<Surroundings> = {},
): EngineRequest {
  const model = changes.model ?? tinyLlama;
  return {
    model,
    servedName: model.repo,
    task: "text-generation",
    options: {},
    command: undefined,
    device: { cpuCores: 8, busyThreads: 0, totalMemoryMiB: 65_536, freeMemoryMiB: 32_768 },
    ...changes,
    surroundings: { ...plainSurroundings, ...surroundings },
  };
}
