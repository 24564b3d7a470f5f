import { BerthError } from "@berth/api";
import type { PipelineForm } from "@berth/api/pipelines";
import type { LoadedPipeline } from "./loaded-pipeline.ts";
import type { Predict } from "./read-predict.ts";
import { oneByOne } from "./one-by-one.ts";
import { ownWays } from "./own-ways.ts";

/**
 * Has the pipeline do what was asked, in the library's own words: inputs in their places, options after them. Images and
 * sounds go one by one, for some pipelines take no more. Rejects with the signal's reason, between two tokens of what is
 * generated; with BerthError `unprocessable` for what the library refuses.
 */
export async function callPipeline(
  pipeline: LoadedPipeline,
  form: PipelineForm,
  { inputs, options }: Predict,
  signal: AbortSignal,
): Promise<unknown> {
  const given = form.generates ? { ...options, streamer: stoppedBy(signal) } : { ...options };
  const own = ownWays[form.task];
  try {
    if (own !== undefined) return await own(pipeline, inputs, given, signal);
    const [first, ...rest] = form.inputs.map(({ name }) => inputs[name]);
    const isMedia = form.inputs[0]?.kind === "images" || form.inputs[0]?.kind === "sounds";
    if (!isMedia) return await pipeline(first, ...rest, given);
    return await oneByOne(first, signal, (item) => pipeline(item, ...rest, given));
  } catch (error) {
    signal.throwIfAborted();
    throw refusalOf(error);
  }
}

/** It is called for every token: what it throws ends the generation. */
function stoppedBy(signal: AbortSignal): { put(): void; end(): void } {
  return { put: () => signal.throwIfAborted(), end: () => {} };
}

/** The library refuses in plain errors; what it stumbles over itself is of another class, or onnxruntime's. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error.constructor !== Error) return error;
  if (/status code|ERROR_CODE|onnxruntime/i.test(error.message)) return error;
  return new BerthError("unprocessable", `the model cannot do that: ${error.message}`, { cause: error });
}
