import { BerthError, type PipelineTask } from "@berth/api";
import { fillTargets } from "./fill-targets.ts";
import { oneByOne } from "./one-by-one.ts";
import type { LoadedPipeline } from "./loaded-pipeline.ts";

type Values = Readonly<Record<string, unknown>>;
type Way = (
  pipeline: LoadedPipeline,
  inputs: Values,
  options: Values,
  signal: AbortSignal,
) => Promise<unknown>;

const problemTypes: Readonly<Record<string, string>> = {
  softmax: "single_label_classification",
  sigmoid: "multi_label_classification",
};
/** Whisper hears half a minute at once. */
const pieceSeconds = 30;

/** Tasks whose fields are not simply the library's: what the Hub's own pipelines take, made of what this one has. */
export const ownWays: Readonly<Partial<Record<PipelineTask, Way>>> = {
  "text-classification": async (pipeline, { texts }, { function_to_apply: wanted, ...options }) => {
    const { config } = pipeline.model;
    const usual = config.problem_type;
    const problemType = typeof wanted === "string" ? problemTypes[wanted] : undefined;
    // one call at a time: nobody else sees it
    if (problemType !== undefined) config.problem_type = problemType;
    try {
      return await pipeline(texts, options);
    } finally {
      config.problem_type = usual;
    }
  },

  "question-answering": async (pipeline, inputs, options) => {
    const { question, context } = questionsOf(inputs);
    return pipeline(question, context, options);
  },

  "fill-mask": async (pipeline, { args }, { targets, ...options }) => {
    if (!Array.isArray(targets)) return pipeline(args, options);
    return fillTargets(
      pipeline,
      args as string | readonly string[],
      targets as readonly string[],
      options["top_k"],
    );
  },

  translation: async (pipeline, { texts }, { src_lang: from, tgt_lang: to, ...options }) => {
    if (from === undefined && to === undefined) return pipeline(texts, options);
    if (pipeline.tokenizer?._build_translation_inputs !== undefined)
      return pipeline(texts, { ...options, src_lang: from, tgt_lang: to });
    return pipeline(prefixed(prefixOf(pipeline, from, to), texts), options);
  },

  "text-generation": async (pipeline, { prompts }, { prefix, ...options }) => {
    if (typeof prefix !== "string") return pipeline(prompts, options);
    return pipeline(prefixed(prefix, prompts), options);
  },

  "image-segmentation": async (pipeline, { images }, { label_ids_to_fuse: fused, ...options }, signal) => {
    const given = Array.isArray(fused) ? { ...options, label_ids_to_fuse: new Set(fused) } : options;
    return oneByOne(images, signal, (image) => pipeline(image, given));
  },

  "automatic-speech-recognition": async (pipeline, { inputs }, options, signal) => {
    const isWhisper = /whisper/.test(pipeline.model.config.model_type ?? "");
    const given = isWhisper ? { chunk_length_s: pieceSeconds, ...options } : options;
    return oneByOne(inputs, signal, (sound) => pipeline(sound, given));
  },

  "text-to-audio": async (
    pipeline,
    { text_inputs: texts },
    { speaker_embeddings: voice, ...options },
    signal,
  ) => {
    const given = Array.isArray(voice)
      ? { ...options, speaker_embeddings: Float32Array.from(voice) }
      : options;
    return oneByOne(texts, signal, (text) => pipeline(text, given));
  },
};

/** Of pairs or of the two fields; one context serves many questions. */
function questionsOf({ args, question, context }: Values): {
  readonly question: unknown;
  readonly context: unknown;
} {
  if (args !== undefined) {
    if (question !== undefined || context !== undefined)
      throw refusal("args", "args holds question and context; leave the other fields out");
    const of = (name: "question" | "context"): unknown =>
      Array.isArray(args)
        ? (args as readonly Record<string, unknown>[]).map((each) => each[name])
        : (args as Record<string, unknown>)[name];
    return { question: of("question"), context: of("context") };
  }
  if (question === undefined) throw refusal("question", "question is missing: send question and context");
  if (context === undefined)
    throw refusal("context", "context is missing: send the text that holds the answer");
  if (!Array.isArray(question)) {
    if (Array.isArray(context)) throw refusal("context", "context: one question has one context");
    return { question, context };
  }
  const contexts: readonly unknown[] = Array.isArray(context) ? context : question.map(() => context);
  if (contexts.length !== question.length)
    throw refusal(
      "context",
      `context: ${question.length} questions have as many contexts, or one; not ${contexts.length}`,
    );
  return { question, context: contexts };
}

/** What a model that learnt several pairs of languages is told, where its files say so. */
function prefixOf({ model }: LoadedPipeline, from: unknown, to: unknown): string {
  const key = `translation_${String(from)}_to_${String(to)}`;
  const known = model.config.task_specific_params ?? {};
  const found = Object.hasOwn(known, key) ? known[key] : undefined;
  const prefix = typeof found === "object" && found !== null && "prefix" in found ? found.prefix : undefined;
  if (typeof prefix === "string") return prefix;
  const pairs = Object.keys(known).filter((name) => name.startsWith("translation_"));
  const choice =
    pairs.length === 0
      ? "it translates one pair of languages: leave them out"
      : `it knows ${pairs.join(", ")}`;
  throw refusal(
    "tgt_lang",
    `src_lang, tgt_lang: this model cannot be told from ${String(from)} to ${String(to)}; ${choice}`,
  );
}

function prefixed(prefix: string, value: unknown): unknown {
  if (typeof value === "string") return prefix + value;
  const texts = value as readonly unknown[];
  if (!texts.every((text) => typeof text === "string"))
    throw refusal("prefix", "prefix: a conversation has none; leave it out");
  return texts.map((text) => prefix + text);
}

function refusal(param: string, message: string): BerthError {
  return new BerthError("invalid_request", message, { param });
}
