import { BerthError } from "@berth/api";
import type { LlamaCppConfig } from "../../config.ts";
import { checkGgufHeader } from "./gguf-header.ts";
import type { Llama, LlamaContext, LlamaModel, LlamaModule } from "./llama-module.ts";

/** Tells how far loading is: 0 to 1, `null` where that cannot be known. */
export type OnProgress = (progress: { readonly message: string; readonly fraction: number | null }) => void;

export interface Loaded {
  readonly module: LlamaModule;
  readonly llama: Llama;
  readonly model: LlamaModel;
}

/** A line for the engine's log. */
export type Log = (line: string) => void;

/** Loads the library and the model. Throws BerthError `invalid_request` when the file is no model it can read. */
export async function loadModel(
  config: LlamaCppConfig,
  loadModule: () => Promise<LlamaModule>,
  onProgress: OnProgress,
  log: Log,
): Promise<Loaded> {
  await checkGgufHeader(config.modelPath);
  onProgress({ message: "loading llama.cpp", fraction: null });
  const complaints: string[] = [];
  const module = await loadModule();
  const llama = await startLlama(module, config, (line) => {
    complaints.push(line);
    log(line);
  });
  const message = `loading ${config.modelPath.split("/").at(-1) ?? config.modelPath}`;
  onProgress({ message, fraction: 0 });
  try {
    const model = await llama.loadModel({
      modelPath: config.modelPath,
      ignoreMemorySafetyChecks: true,
      ...(llama.gpu === false || config.gpuLayers === null ? {} : { gpuLayers: config.gpuLayers }),
      onLoadProgress: (fraction) => onProgress({ message, fraction }),
    });
    return { module, llama, model };
  } catch (error) {
    const reason = (await reasonTold(complaints)) ?? (error instanceof Error ? error.message : String(error));
    await llama.dispose();
    throw new BerthError("invalid_request", `${config.modelPath} cannot be loaded: ${reason.trim()}`, {
      param: "modelPath",
      cause: error,
    });
  }
}

/** Why llama.cpp failed, in its own words: the library only says that it did, and the words come some turns later. */
async function reasonTold(complaints: readonly string[]): Promise<string | undefined> {
  for (let turn = 0; turn < 50; turn++) {
    const reason = complaints.map((line) => /error loading model: (.*)/s.exec(line)?.[1]).find(Boolean);
    if (reason !== undefined) return reason;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return undefined;
}

/** A graphics processor only where it is asked for, or is certain to be one; a driver without a device is none. */
async function startLlama(module: LlamaModule, config: LlamaCppConfig, log: Log): Promise<Llama> {
  const isMac = process.platform === "darwin" && process.arch === "arm64";
  const wanted = config.gpuLayers === null ? isMac : config.gpuLayers !== 0;
  const start = (gpu: "auto" | false): Promise<Llama> =>
    module.getLlama({
      gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      // the library's own default makes decoding hundreds of times slower
      maxThreads: config.threads,
      logLevel: module.LlamaLogLevel.warn,
      logger: (level, message) => log(`llama.cpp ${level}: ${message.trimEnd()}`),
    });
  const llama = await start(wanted ? "auto" : false);
  if (llama.gpu === false || (await llama.getGpuDeviceNames()).length > 0) return llama;
  await llama.dispose();
  return start(false);
}

/** The memory in which answers are written: `parallel` sequences of `contextTokens` each. */
export function createTextContext(
  { module, llama, model }: Loaded,
  config: LlamaCppConfig,
  contextTokens: number,
): Promise<LlamaContext> {
  const cacheType = config.cacheType === "q8_0" ? module.GgmlType.Q8_0 : module.GgmlType.F16;
  return model.createContext({
    contextSize: contextTokens,
    sequences: config.parallel,
    batchSize: Math.max(config.batchTokens, config.parallel),
    flashAttention: flashAttention(config, llama.gpu === false, contextTokens),
    experimentalKvCacheKeyType: cacheType,
    experimentalKvCacheValueType: cacheType,
    ignoreMemorySafetyChecks: true,
    ...(config.lora.length === 0
      ? {}
      : { lora: { adapters: config.lora.map(({ path, scale }) => ({ filePath: path, scale })) } }),
  });
}

/** Up to here the buffers of plain attention stay within what is estimated for every launch. */
const plainAttentionTokens = 4096;

/**
 * On a processor plain attention writes long answers faster: by a quarter with a 100 M model, thrice with the demo model.
 * A quantised cache needs the flash kind.
 */
function flashAttention(
  config: LlamaCppConfig,
  isProcessor: boolean,
  contextTokens: number,
): boolean | "auto" {
  switch (config.flashAttention) {
    case "on":
      return true;
    case "off":
      return false;
    case "auto":
      return isProcessor && config.cacheType === "f16" && contextTokens <= plainAttentionTokens
        ? false
        : "auto";
  }
}
