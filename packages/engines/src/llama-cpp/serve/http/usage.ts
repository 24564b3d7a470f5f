import type { GenerationResult } from "../core/generation.ts";

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** Adds up the choices of a request: a prompt counts once, however many choices it was continued to. */
export function usageOf(prompts: readonly (readonly GenerationResult[])[]): Usage {
  let promptTokens = 0;
  let cachedTokens = 0;
  let completionTokens = 0;
  for (const choices of prompts) {
    promptTokens += choices[0]?.promptTokens ?? 0;
    cachedTokens += choices[0]?.cachedTokens ?? 0;
    for (const choice of choices) completionTokens += choice.completionTokens;
  }
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}
