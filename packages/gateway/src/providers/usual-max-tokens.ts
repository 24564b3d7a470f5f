import type { ProviderUpstream } from "@berth/api";

/** Where nothing is known of the model. */
const unknownContext = 1024;
/** Asked for even where the prompt seems to leave less. */
const least = 256;
/** Seldom less: whoever finds that it does not fit is asked for less. */
const charsPerToken = 3;

/**
 * How long an answer to `prompt` may be where the caller does not say: servers that continue texts have defaults as short
 * as 16 tokens.
 */
export function usualMaxTokens({ maxOutputTokens, contextTokens }: ProviderUpstream, prompt: string): number {
  if (maxOutputTokens !== null) return maxOutputTokens;
  if (contextTokens === null) return unknownContext;
  return Math.max(least, contextTokens - Math.ceil(prompt.length / charsPerToken));
}
