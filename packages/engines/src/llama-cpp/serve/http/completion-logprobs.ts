import type { TokenReport } from "../core/generation.ts";
import type { LlamaHost } from "../core/host.ts";

/** `logprobs` of `/v1/completions`: columns instead of rows. `baseOffset` is where the answer begins in the text sent. */
export function completionLogprobs(
  host: LlamaHost,
  tokens: readonly TokenReport[],
  baseOffset: number,
): object {
  return {
    tokens: tokens.map(({ token }) => host.textOf([token])),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    // the chosen token is among them, even when it is none of the likeliest
    top_logprobs: tokens.map(({ token: chosen, logprob: chosenLogprob, top }) =>
      Object.fromEntries(
        [...top, [chosen, chosenLogprob] as const].map(([token, logprob]) => [host.textOf([token]), logprob]),
      ),
    ),
    text_offset: tokens.map(({ offset }) => baseOffset + offset),
  };
}
