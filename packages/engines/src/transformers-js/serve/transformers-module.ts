import type * as transformers from "@huggingface/transformers";

/** Transformers.js, as far as types go. It is loaded lazily and from where the caller says: it is large and partly native. */
export type TransformersModule = Pick<
  typeof transformers,
  | "AutoProcessor"
  | "AutoTokenizer"
  | "LogLevel"
  | "RawImage"
  | "LogitsProcessor"
  | "LogitsProcessorList"
  | "WhisperForConditionalGeneration"
  | "env"
  | "pipeline"
>;
