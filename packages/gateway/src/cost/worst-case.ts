import type { Upstream } from "@berth/api";
import type { Need } from "../key-limits/need.ts";

/** Of a request, what bounds its use. */
export interface RequestFacts {
  /** No token is less than a byte. */
  readonly bodyBytes: number;
  /** It names what is not in its body: an image's address, an earlier response. */
  readonly refersElsewhere: boolean;
  /** Its body is a file of sound, of which a token is many bytes. */
  readonly isHeard: boolean;
  /** Whether text is written; embeddings and ranks are input only. */
  readonly generates: boolean;
  /** `max_tokens`, `max_completion_tokens` or `max_output_tokens`. */
  readonly maxTokens: number | undefined;
  /** Answers asked for: prompts times the greater of `n` and `best_of`. */
  readonly choices: number;
  /** Until its answer has begun or it is ended; an answer may go on for longer, and then reserves more as it goes. */
  readonly secondsAtMost: number;
}

const unknownContextTokens = 128 * 1024;
/** The sparest codecs for speech have 750 bytes a second, the most thorough models about 12 tokens. */
const soundBytesPerToken = 60;
/** No model hears more at once. */
const unknownSoundTokens = 32 * 1024;
const unknownOutputTokens = 4096;

/** The most that the request can use, whichever of the upstreams answers it. */
export function worstCase(facts: RequestFacts, upstreams: readonly Upstream[]): Need {
  let [tokensAtMost, costAtMostUsd, gpuSecondsAtMost] = [0, 0, 0];
  for (const upstream of upstreams) {
    const input = inputAtMost(facts, upstream);
    const output = outputAtMost(facts, upstream);
    tokensAtMost = Math.max(tokensAtMost, input + output);
    costAtMostUsd = Math.max(costAtMostUsd, costAtMost(input, output, upstream));
    if (upstream.kind === "service")
      gpuSecondsAtMost = Math.max(gpuSecondsAtMost, upstream.gpus * facts.secondsAtMost);
  }
  return { tokensAtMost, costAtMostUsd, gpuSecondsAtMost };
}

function inputAtMost(
  { bodyBytes, refersElsewhere, isHeard }: RequestFacts,
  { contextTokens }: Upstream,
): number {
  if (isHeard)
    return Math.min(Math.ceil(bodyBytes / soundBytesPerToken), contextTokens ?? unknownSoundTokens);
  if (refersElsewhere) return contextTokens ?? Math.max(bodyBytes, unknownContextTokens);
  return Math.min(bodyBytes, contextTokens ?? bodyBytes);
}

function outputAtMost({ generates, maxTokens, choices }: RequestFacts, upstream: Upstream): number {
  if (!generates) return 0;
  const { contextTokens } = upstream;
  const ownMost = upstream.kind === "provider" ? upstream.maxOutputTokens : null;
  const each = maxTokens ?? ownMost ?? contextTokens ?? unknownOutputTokens;
  return Math.min(each, contextTokens ?? each) * choices;
}

function costAtMost(input: number, output: number, upstream: Upstream): number {
  if (upstream.kind !== "provider" || upstream.price === null) return 0;
  const { inputPerMillion, cachedInputPerMillion, cacheWritePerMillion, outputPerMillion, perRequest } =
    upstream.price;
  const inputPrice = Math.max(inputPerMillion, cachedInputPerMillion ?? 0, cacheWritePerMillion ?? 0);
  return (input * inputPrice + output * outputPerMillion) / 1e6 + (perRequest ?? 0);
}
