import { BerthError } from "@berth/api";
import type { CompletionRequest } from "@berth/api/openai";
import type { LlamaHost } from "../core/host.ts";
import type { Sampling } from "../core/sampling.ts";

type SamplingFields = Pick<
  CompletionRequest,
  | "temperature"
  | "top_p"
  | "top_k"
  | "min_p"
  | "frequency_penalty"
  | "presence_penalty"
  | "seed"
  | "logit_bias"
  | "stop"
>;

const seeds = 2 ** 32;

/** How choice number `index` of a request is sampled. Without a seed, `randomSeed` is it: each choice gets its own. */
export function samplingOf(
  host: LlamaHost,
  request: SamplingFields,
  index: number,
  randomSeed: number,
): Sampling {
  const defaults = host.facts.sampling;
  return {
    temperature: request.temperature ?? defaults.temperature,
    topK: request.top_k ?? defaults.topK,
    topP: request.top_p ?? defaults.topP,
    minP: request.min_p ?? defaults.minP,
    frequencyPenalty: request.frequency_penalty ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    seed: (((request.seed ?? randomSeed) + index) % seeds) >>> 0,
    bias: biasOf(request.logit_bias ?? {}, host.facts.vocabularySize),
  };
}

function biasOf(bias: Readonly<Record<string, number>>, vocabularySize: number): Map<number, number> {
  const result = new Map<number, number>();
  for (const [text, logit] of Object.entries(bias)) {
    const token = Number(text);
    if (!Number.isInteger(token) || token < 0 || token >= vocabularySize)
      throw new BerthError(
        "invalid_request",
        `logit_bias names token "${text}"; this model has 0 to ${vocabularySize - 1}`,
        {
          param: `logit_bias.${text}`,
        },
      );
    result.set(token, logit);
  }
  return result;
}

export function stopsOf({ stop }: SamplingFields): readonly string[] {
  if (typeof stop === "string") return [stop];
  return stop ?? [];
}
