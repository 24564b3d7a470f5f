import { basename, dirname } from "node:path";
import { BerthError } from "@berth/api";
import { sampleRate, type Heard, type HeardSegment, type Recognizer } from "../../speech/recognizer.ts";
import type { SpeechModelConfig } from "../config.ts";
import { loadWhisper, type LoadedWhisper } from "./load-whisper.ts";
import { readWindow } from "./read-window.ts";
import type { TransformersModule } from "./transformers-module.ts";

/** However little the model says it has heard, the next window begins this much later. */
const leastAdvance = 1;
/** A rest shorter than this holds no word. */
const shortestRest = 0.5;

/** Loads an ONNX Whisper from its folder; nothing is fetched. Throws BerthError `invalid_request` when it cannot be. */
export async function openOnnxWhisper(
  config: SpeechModelConfig,
  module: TransformersModule,
): Promise<Recognizer> {
  const { modelPath, speech } = config;
  module.env.allowRemoteModels = false;
  // it would print the sound of whatever it fails at; what goes wrong is thrown as well
  module.env.logLevel = module.LogLevel.NONE;
  module.env.allowLocalModels = true;
  module.env.localModelPath = `${dirname(modelPath)}/`;
  let whisper: LoadedWhisper;
  try {
    whisper = await loadWhisper(module, basename(modelPath), config.dtype, speech.threads);
  } catch (error) {
    throw new BerthError(
      "invalid_request",
      `Transformers.js cannot load ${modelPath}: ${(error as Error).message}`,
      { param: "model", cause: error },
    );
  }
  return {
    facts: {
      servedName: speech.servedName,
      isMultilingual: whisper.isMultilingual,
      loadedAt: Date.now(),
    },
    async hear(samples, wish, signal): Promise<Heard> {
      const audio = Float32Array.from(samples, (sample) => sample / 32_768);
      const seconds = audio.length / sampleRate;
      const segments: HeardSegment[] = [];
      let { language } = wish;
      for (let offset = 0; ;) {
        signal.throwIfAborted();
        const features = await whisper.featuresOf(audio.subarray(Math.round(offset * sampleRate)));
        language ??= await whisper.languageOf(features, signal);
        const tokens = await whisper.tokensOf(features, { ...wish, language }, signal);
        const window = readWindow(tokens, seconds - offset, whisper.marks);
        for (const { start, end, ...rest } of window.segments)
          segments.push({ ...rest, start: start + offset, end: end + offset });
        if (window.resumeAt === undefined) break;
        offset += Math.max(leastAdvance, window.resumeAt);
        if (seconds - offset < shortestRest) break;
      }
      return { language, segments };
    },
    close: () => whisper.dispose(),
  };
}
