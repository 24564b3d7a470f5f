import { basename, dirname } from "node:path";
import { BerthError } from "@berth/api";
import { pipelineFormOf, type PipelineForm } from "@berth/api/pipelines";
import type { PipelineModelConfig } from "../../config.ts";
import type { TransformersModule } from "../transformers-module.ts";
import type { LoadedPipeline } from "./loaded-pipeline.ts";

export interface OpenImage {
  readonly width: number;
  readonly height: number;
}

export interface OpenPipeline {
  readonly pipeline: LoadedPipeline;
  /** Rejects for what is no image. */
  readonly readImage: (bytes: Uint8Array) => Promise<OpenImage>;
  readonly loadedAt: number;
}

/**
 * Loads the pipeline of a task from the model's folder; nothing is fetched. Throws BerthError `invalid_request` that says what
 * the folder lacks, or why the model cannot do the task.
 */
export async function openPipeline(
  { modelPath, dtype, pipeline: { task, threads } }: PipelineModelConfig,
  { env, LogLevel, pipeline: load, RawImage }: TransformersModule,
): Promise<OpenPipeline> {
  env.allowRemoteModels = false;
  // it would print the inputs of whatever it fails at; what goes wrong is thrown as well
  env.logLevel = LogLevel.NONE;
  env.allowLocalModels = true;
  env.localModelPath = `${dirname(modelPath)}/`;
  let pipeline: LoadedPipeline;
  try {
    pipeline = (await load(task, basename(modelPath), {
      device: "cpu",
      dtype,
      local_files_only: true,
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    })) as unknown as LoadedPipeline;
  } catch (error) {
    throw refused(`Transformers.js cannot load ${modelPath} for ${task}: ${(error as Error).message}`, error);
  }
  const lack = whatIsMissing(pipeline, pipelineFormOf(task));
  if (lack !== null) throw refused(`${modelPath} cannot do ${task}: ${lack}`);
  return {
    pipeline,
    readImage: (bytes) => RawImage.fromBlob(new Blob([new Uint8Array(bytes)])),
    loadedAt: Date.now(),
  };
}

/** Without these each call would fail: the library loads what it finds. */
function whatIsMissing(
  { tokenizer, processor }: LoadedPipeline,
  { task, inputs, generates }: PipelineForm,
): string | null {
  const looksOrHears = inputs.some(({ kind }) => kind === "images" || kind === "sounds");
  const reads = inputs.some(({ kind }) => kind !== "images" && kind !== "sounds");
  if ((reads || generates) && (tokenizer ?? null) === null)
    return "tokenizer.json and tokenizer_config.json are not both there; add the model anew, or take another edition";
  if (looksOrHears && (processor ?? null) === null)
    return "preprocessor_config.json is not there; add the model anew, or take another edition";
  if (task === "fill-mask" && (tokenizer?.mask_token_id ?? null) === null)
    return "its tokenizer has no mask; take a model that was made to fill masks";
  return null;
}

function refused(message: string, cause?: unknown): BerthError {
  return new BerthError("invalid_request", message, { param: "model", cause });
}
