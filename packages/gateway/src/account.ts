import { costOf } from "./cost/cost-of.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Exchange } from "./exchange.ts";
import type { TokenCounts } from "./ports.ts";
import { noTokens } from "./read-usage.ts";
import { unpackAnswer } from "./unpack-answer.ts";

/** What an exchange has used. */
export interface Account {
  readonly tokens: TokenCounts;
  readonly tokensFrom: "upstream" | "estimate" | "none";
  readonly costUsd: number | undefined;
  readonly gpuSeconds: number | undefined;
}

/** By what the upstream has counted; what it has not, or of an answer that was broken off, by its size. */
export function accountOf(exchange: Exchange, endedMs: number): Account {
  const { upstream, cachedAnswer } = exchange;
  if (cachedAnswer)
    return { tokens: exchange.tokens ?? noTokens, tokensFrom: "upstream", costUsd: 0, gpuSeconds: 0 };
  const { tokens, tokensFrom } = tokensOf(exchange);
  const price = upstream?.kind === "provider" ? upstream.price : null;
  return {
    tokens,
    tokensFrom,
    costUsd: price === null || tokensFrom === "none" ? undefined : costOf(tokens, price),
    gpuSeconds: gpuSecondsOf(exchange, endedMs),
  };
}

function tokensOf(exchange: Exchange): Pick<Account, "tokens" | "tokensFrom"> {
  const { tail: passed, contentCoding } = exchange;
  const tail =
    passed === undefined || contentCoding === undefined ? passed : unpackAnswer(passed, contentCoding);
  // what a translator wrote may hold numbers that only fill their places
  const counted = exchange.tokens ?? (exchange.writtenTokens === undefined ? tail?.usage() : undefined);
  if (counted?.inputTokens !== undefined && counted.outputTokens !== undefined)
    return { tokens: counted, tokensFrom: "upstream" };
  const guessed = isCharged(exchange) ? estimateTokens(exchange, tail) : undefined;
  if (guessed === undefined)
    return { tokens: counted ?? noTokens, tokensFrom: counted === undefined ? "none" : "upstream" };
  const inputTokens = counted?.inputTokens ?? guessed.inputTokens;
  const outputTokens = counted?.outputTokens ?? guessed.outputTokens;
  const isCounted = inputTokens === counted?.inputTokens && outputTokens === counted?.outputTokens;
  return {
    tokens: { ...noTokens, ...counted, inputTokens, outputTokens },
    tokensFrom: isCounted ? "upstream" : "estimate",
  };
}

/** Whether whoever was asked has answered, or might have if the client had waited: then its work is done. */
function isCharged({ firstByteMs, clientGone, tries, status }: Exchange): boolean {
  return clientGone ? tries > 0 : firstByteMs !== undefined && status < 400;
}

/** What it has kept a service's GPUs busy for: from when the request was there, its body and all. */
export function gpuSecondsOf(exchange: Exchange, nowMs: number): number | undefined {
  const { upstream, tries, askedMs = nowMs, heldMs, queuedMs } = exchange;
  if (upstream?.kind !== "service") return undefined;
  const busyMs = tries === 0 ? 0 : Math.max(0, nowMs - askedMs - heldMs - queuedMs);
  return (upstream.gpus * busyMs) / 1000;
}
