import type { Wish } from "../../speech/recognizer.ts";
import type { Dtype } from "../config.ts";
import type { WindowMarks } from "./read-window.ts";
import type { TransformersModule } from "./transformers-module.ts";

/** The sound of one window as the model takes it. */
export type Features = object;

/** The parts of a Whisper that one window needs; what Transformers.js leaves untyped ends here. */
export interface LoadedWhisper {
  readonly isMultilingual: boolean;
  readonly marks: WindowMarks;
  featuresOf(audio: Float32Array): Promise<Features>;
  /** ISO 639-1 of what is likely spoken; `undefined` for a model of one language. */
  languageOf(features: Features, signal: AbortSignal): Promise<string | undefined>;
  /** What the model writes, times included. Rejects with the signal's reason between two tokens. */
  tokensOf(features: Features, wish: Wish, signal: AbortSignal): Promise<number[]>;
  dispose(): Promise<void>;
}

/** What a model's `generation_config.json` tells, as far as Whisper's has it. */
interface GenerationConfig {
  readonly is_multilingual?: boolean;
  readonly lang_to_id?: Readonly<Record<string, number>>;
  readonly task_to_id?: Readonly<Record<string, number>>;
  readonly decoder_start_token_id: number;
  readonly no_timestamps_token_id?: number;
  readonly max_length?: number;
}

interface Tensor {
  tolist(): (number | bigint)[][];
}

const startOfPrevious = "<|startofprev|>";
const noTimestamps = "<|notimestamps|>";
/** The model's window in tokens, and the half of it that a prompt may take. */
const contextTokens = 448;
const promptTokens = contextTokens / 2 - 1;

export async function loadWhisper(
  module: TransformersModule,
  folder: string,
  dtype: Dtype,
  threads: number,
): Promise<LoadedWhisper> {
  const session = { intraOpNumThreads: threads, interOpNumThreads: 1 };
  const [processor, tokenizer, model] = await Promise.all([
    module.AutoProcessor.from_pretrained(folder, {}),
    module.AutoTokenizer.from_pretrained(folder),
    module.WhisperForConditionalGeneration.from_pretrained(folder, {
      device: "cpu",
      dtype,
      session_options: session,
    }),
  ]);
  const generation = (model as unknown as { generation_config: GenerationConfig }).generation_config;
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });
  const idOf = (special: string): number | undefined => {
    const ids = encode(special);
    return ids.length === 1 ? ids[0] : undefined;
  };
  const lastSpecial = generation.no_timestamps_token_id ?? idOf(noTimestamps);
  if (lastSpecial === undefined) throw new Error(`its tokenizer has no ${noTimestamps}`);
  const specials = new Set(tokenizer.all_special_ids);
  const languages = Object.entries(generation.lang_to_id ?? {});
  const isMultilingual = generation.is_multilingual === true && languages.length > 0;

  /** The tokens that begin the answer, the prompt's before them. */
  const beginning = ({ task, language, prompt }: Wish): number[] => {
    const start = [generation.decoder_start_token_id];
    if (isMultilingual) {
      const ofLanguage = generation.lang_to_id?.[`<|${language ?? "en"}|>`];
      const ofTask = generation.task_to_id?.[task];
      start.push(...[ofLanguage, ofTask].filter((id) => id !== undefined));
    }
    const previous = idOf(startOfPrevious);
    if (prompt === undefined || previous === undefined) return start;
    return [previous, ...encode(` ${prompt.trim()}`).slice(-promptTokens), ...start];
  };

  const generate = async (
    features: Features,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<number[]> => {
    // it is called for every token: what it throws ends the generation
    const streamer = { put: () => signal.throwIfAborted(), end: () => {} };
    const options = { inputs: features, streamer, ...more } as unknown as Parameters<
      typeof model.generate
    >[0];
    const result = (await model.generate(options)) as unknown as Tensor;
    return (result.tolist()[0] ?? []).map(Number);
  };

  /** Leaves the model no choice but the tokens of these ids. */
  const onlyThese = (ids: readonly number[]): object => {
    class OnlyThese extends module.LogitsProcessor {
      override _call(_: bigint[][], logits: { readonly data: unknown }): typeof logits {
        const scores = logits.data as Float32Array;
        const kept = ids.map((id) => [id, scores[id] ?? Number.NEGATIVE_INFINITY] as const);
        scores.fill(Number.NEGATIVE_INFINITY);
        for (const [id, score] of kept) scores[id] = score;
        return logits;
      }
    }
    const list = new module.LogitsProcessorList();
    list.push(new OnlyThese() as never);
    return list;
  };

  return {
    isMultilingual,
    marks: {
      firstTime: lastSpecial + 1,
      isText: (token) => token <= lastSpecial && !specials.has(token),
      textOf: (tokens) => tokenizer.decode([...tokens], { skip_special_tokens: true }),
    },
    featuresOf: async (audio) =>
      ((await processor(audio as never)) as { input_features: Features }).input_features,
    async languageOf(features, signal) {
      if (!isMultilingual) return undefined;
      const tokens = await generate(
        features,
        {
          decoder_input_ids: [generation.decoder_start_token_id],
          max_new_tokens: 1,
          logits_processor: onlyThese(languages.map(([, id]) => id)),
        },
        signal,
      );
      return languages.find(([, id]) => id === tokens.at(-1))?.[0].slice(2, -2);
    },
    async tokensOf(features, wish, signal) {
      const begin = beginning(wish);
      const { temperature } = wish;
      const tokens = await generate(
        features,
        {
          decoder_input_ids: begin,
          return_timestamps: true,
          max_new_tokens: Math.min(generation.max_length ?? contextTokens, contextTokens) - begin.length - 1,
          ...(temperature > 0 ? { do_sample: true, temperature } : {}),
        },
        signal,
      );
      return tokens.slice(begin.length);
    },
    dispose: async () => {
      await model.dispose();
    },
  };
}
