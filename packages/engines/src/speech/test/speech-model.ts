import type { Model } from "@berth/api";

/** A speech model as the catalog tells it, of these files. */
export function speechModel(
  format: "onnx" | "ggml" | "safetensors",
  files: readonly (readonly [path: string, quantisation: string | null])[],
): Model {
  return {
    id: "m",
    repo: "acme/ears",
    revision: "local",
    refs: [],
    profile: "here",
    location: "home",
    path: "/models/ears",
    files: files.map(([path, quantisation]) => ({ path, sizeBytes: 100 * 2 ** 20, quantisation })),
    sizeBytes: 100 * 2 ** 20,
    status: "ready",
    statusReason: null,
    image: "speech-recognition",
    facts: {
      format,
      task: "automatic-speech-recognition",
      architecture: "whisper",
      parameters: null,
      quantisation: null,
      contextTokens: 448,
      embeddingLength: 384,
      layers: 4,
      kvHeads: 6,
      headSize: 64,
      hasChatTemplate: false,
      licence: null,
    },
    estimatedMemoryMiB: null,
    modifiedAt: 0,
  };
}
