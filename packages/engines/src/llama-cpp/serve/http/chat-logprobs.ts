import type { TokenReport } from "../core/generation.ts";
import type { LlamaHost } from "../core/host.ts";

/** `logprobs.content` of a chat answer, one entry a token. */
export interface ChatLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top_logprobs: readonly Omit<ChatLogprob, "top_logprobs">[];
}

export function chatLogprobs(host: LlamaHost, tokens: readonly TokenReport[]): ChatLogprob[] {
  const entry = (token: TokenReport["token"], logprob: number): Omit<ChatLogprob, "top_logprobs"> => ({
    token: host.textOf([token]),
    logprob,
    bytes: host.tokenBytes(token),
  });
  return tokens.map(({ token, logprob, top }) => ({
    ...entry(token, logprob),
    top_logprobs: top.map(([rival, rivalLogprob]) => entry(rival, rivalLogprob)),
  }));
}
