import { tokenCounts, type SaidTokens } from "../cost/said-tokens.ts";
import type { Usage } from "../openai/shapes.ts";

/** Tokens as the provider says them, in OpenAI's form: totals hold their parts. `undefined` where it says none. */
export function usageOf(said: SaidTokens): Usage | undefined {
  const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens, reasoningTokens } = tokenCounts(said);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cached = {
    ...(cachedTokens === undefined ? {} : { cached_tokens: cachedTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cache_write_tokens: cacheWriteTokens }),
  };
  return {
    prompt_tokens: inputTokens ?? 0,
    completion_tokens: outputTokens ?? 0,
    total_tokens: (inputTokens ?? 0) + (outputTokens ?? 0),
    ...(Object.keys(cached).length === 0 ? {} : { prompt_tokens_details: cached }),
    ...(reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}
