import { noTokens, readUsage, type AnswerTail } from "./answer-tail.ts";
import { costOf } from "./cost/cost-of.ts";
import type { Exchange } from "./exchange.ts";
import type { TokenCounts } from "./ports.ts";

/** What an exchange has used. */
export interface Account {
  readonly tokens: TokenCounts;
  readonly tokensFrom: "upstream" | "estimate" | "none";
  readonly costUsd: number | undefined;
  readonly gpuSeconds: number | undefined;
}

/** English has about so many bytes a token. */
const bytesPerToken = 4;

/** By what the upstream has counted; of an answer that was broken off, or not counted, by its size. */
export function accountOf(exchange: Exchange, endedMs: number): Account {
  const { upstream, tail, cachedAnswer } = exchange;
  if (cachedAnswer)
    return { tokens: exchange.tokens ?? noTokens, tokensFrom: "upstream", costUsd: 0, gpuSeconds: 0 };
  const counted = exchange.tokens ?? (tail === undefined ? undefined : readUsage(tail.text()));
  const estimated = counted === undefined && exchange.firstByteMs !== undefined;
  const tokens = counted ?? (estimated ? estimate(exchange, tail) : noTokens);
  const price = upstream?.kind === "provider" ? upstream.price : null;
  return {
    tokens,
    tokensFrom: counted !== undefined ? "upstream" : tokens === noTokens ? "none" : "estimate",
    costUsd: price === null ? undefined : costOf(tokens, price),
    gpuSeconds: upstream?.kind === "service" ? (upstream.gpus * busyMs(exchange, endedMs)) / 1000 : undefined,
  };
}

/** How long it has kept a service busy. */
function busyMs(exchange: Exchange, endedMs: number): number {
  if (exchange.tries === 0) return 0;
  return Math.max(0, endedMs - exchange.beganMs - exchange.heldMs - exchange.queuedMs);
}

/** Of what tells tokens: chats, completions. A stream has about an event a token. */
function estimate(
  { operation, bodyBytes, eventStream }: Exchange,
  tail: AnswerTail | undefined,
): TokenCounts {
  if (!tellsTokens.has(operation)) return noTokens;
  const text = tail?.text() ?? "";
  const bytes = tail?.totalBytes ?? 0;
  const events = eventStream ? (text.match(/^data:/gm)?.length ?? 0) : 0;
  const outputTokens =
    events === 0 ? Math.ceil(bytes / bytesPerToken) : Math.ceil((events * bytes) / Math.max(1, text.length));
  return { ...noTokens, inputTokens: Math.ceil(bodyBytes / bytesPerToken), outputTokens };
}

const tellsTokens = new Set<Exchange["operation"]>([
  "chat.completions",
  "completions",
  "responses",
  "anthropic.messages",
  "ollama.chat",
  "ollama.generate",
  "tgi.generate",
]);
