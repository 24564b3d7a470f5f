import type { EvaluateOptions, LlamaModel, LlamaModule, Token } from "./llama-module.ts";

/** How the next token is chosen. */
export interface Sampling {
  /** 0: always the likeliest. */
  readonly temperature: number;
  /** 0: all. */
  readonly topK: number;
  /** 1: all. */
  readonly topP: number;
  /** 0: all. */
  readonly minP: number;
  /** For each time a token was generated before. */
  readonly frequencyPenalty: number;
  /** Once, for a token that was generated before. */
  readonly presencePenalty: number;
  /** The same seed and request give the same text. */
  readonly seed: number;
  /** Added to the logit of each token. */
  readonly bias: ReadonlyMap<number, number>;
}

/** What a request that names none gets: the model's own wish, else llama.cpp's usual values. */
export type SamplingDefaults = Pick<Sampling, "temperature" | "topK" | "topP" | "minP">;

const usual: SamplingDefaults = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 };

/** Reads `general.sampling.*` of a GGUF, which says what the model's makers recommend. */
export function samplingDefaults(model: LlamaModel): SamplingDefaults {
  const general: Readonly<Record<string, unknown>> = { ...model.fileInfo.metadata?.general };
  const wish = general["sampling"];
  const own: Readonly<Record<string, unknown>> = typeof wish === "object" && wish !== null ? { ...wish } : {};
  const number = (name: string, otherwise: number): number =>
    typeof own[name] === "number" ? own[name] : otherwise;
  return {
    temperature: number("temp", usual.temperature),
    topK: number("top_k", usual.topK),
    topP: number("top_p", usual.topP),
    minP: number("min_p", usual.minP),
  };
}

/** The sampling as node-llama-cpp takes it. `generated` grows while it is used: penalties look back at it. */
export function evaluateOptions(
  module: LlamaModule,
  model: LlamaModel,
  sampling: Sampling,
  generated: Token[],
  contextTokens: number,
): EvaluateOptions {
  const { temperature, topK, topP, minP, seed, frequencyPenalty, presencePenalty } = sampling;
  return {
    temperature,
    topK,
    topP,
    minP,
    seed,
    yieldEogToken: true,
    ...(sampling.bias.size === 0 ? {} : { tokenBias: biasOf(module, model, sampling.bias) }),
    ...(frequencyPenalty === 0 && presencePenalty === 0
      ? {}
      : {
          repeatPenalty: {
            punishTokens: () => generated,
            maxPunishTokens: contextTokens,
            penalty: 1,
            frequencyPenalty,
            presencePenalty,
          },
        }),
  };
}

function biasOf(module: LlamaModule, model: LlamaModel, bias: Sampling["bias"]) {
  const result = module.TokenBias.for(model);
  for (const [token, logit] of bias) result.set([token as Token], { logit });
  return result;
}
