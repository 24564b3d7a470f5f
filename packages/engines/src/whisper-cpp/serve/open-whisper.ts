import { BerthError } from "@berth/api";
import { sampleRate, type Heard, type Recognizer, type Wish } from "../../speech/recognizer.ts";
import type { WhisperCppConfig } from "../config.ts";
import { isMultilingualFile } from "./ggml-vocabulary.ts";
import { sentencesOf } from "./sentences.ts";
import type { WhisperContext, WhisperModule, WhisperOptions, WhisperResult } from "./whisper-module.ts";

/** whisper.cpp hears nothing in less than a second. */
const shortestSamples = Math.ceil(1.1 * sampleRate);
/** As whisper.cpp's own program warms up when a piece has to be heard again. */
const fallbackStep = 0.2;

/** Loads the model; it computes on the processor. Throws BerthError `invalid_request` for a file that is none. */
export async function openWhisper(config: WhisperCppConfig, module: WhisperModule): Promise<Recognizer> {
  const { modelPath, speech } = config;
  let context: WhisperContext;
  let isMultilingual: boolean;
  try {
    isMultilingual = await isMultilingualFile(modelPath);
    context = await module.initWhisper({ filePath: modelPath, useGpu: false });
  } catch (error) {
    throw new BerthError(
      "invalid_request",
      `whisper.cpp cannot load ${modelPath}: ${(error as Error).message}`,
      { param: "model", cause: error },
    );
  }
  return {
    facts: { servedName: speech.servedName, isMultilingual, loadedAt: Date.now() },
    async hear(samples, wish, signal) {
      signal.throwIfAborted();
      // the binding cannot stop: a piece is heard to its end, whoever has left meanwhile
      const run = context.transcribeData(padded(samples), whisperOptions(config, wish));
      const result = await run.promise;
      signal.throwIfAborted();
      return heardOf(result, wish);
    },
    close: () => context.release(),
  };
}

function heardOf({ segments, language }: WhisperResult, wish: Wish): Heard {
  const spans = segments.map(({ text, t0, t1 }) => ({ text, start: t0 / 1000, end: t1 / 1000 }));
  return {
    language: wish.language ?? (language === "" || language === "auto" ? undefined : language),
    segments: wish.words ? sentencesOf(spans) : spans.map((span) => ({ ...span, tokens: [] })),
  };
}

export function whisperOptions(config: WhisperCppConfig, wish: Wish): WhisperOptions {
  const { temperature, prompt } = wish;
  return {
    language: wish.language ?? "auto",
    translate: wish.task === "translate",
    maxThreads: config.speech.threads,
    temperature,
    // somebody who names a temperature means it
    temperatureInc: config.fallback && temperature === 0 ? fallbackStep : 0,
    ...(config.beamSize === null ? {} : { beamSize: config.beamSize }),
    ...(prompt === undefined ? {} : { prompt }),
    // one token each, so that words have times
    ...(wish.words ? { tokenTimestamps: true, maxLen: 1 } : {}),
  };
}

/** In memory of its own, as the binding takes it, and long enough to be heard. */
function padded(samples: Int16Array): ArrayBuffer {
  const bytes = new Int16Array(Math.max(samples.length, shortestSamples));
  bytes.set(samples);
  return bytes.buffer;
}
