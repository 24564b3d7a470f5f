import { noTokens, type AnswerTail } from "./answer-tail.ts";
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
  const { upstream, cachedAnswer } = exchange;
  if (cachedAnswer)
    return { tokens: exchange.tokens ?? noTokens, tokensFrom: "upstream", costUsd: 0, gpuSeconds: 0 };
  const { tokens, tokensFrom } = tokensOf(exchange);
  const price = upstream?.kind === "provider" ? upstream.price : null;
  return {
    tokens,
    tokensFrom,
    costUsd: price === null ? undefined : costOf(tokens, price),
    gpuSeconds: upstream?.kind === "service" ? (upstream.gpus * busyMs(exchange, endedMs)) / 1000 : undefined,
  };
}

function tokensOf(exchange: Exchange): Pick<Account, "tokens" | "tokensFrom"> {
  const { tail, firstByteMs, operation } = exchange;
  const counted = exchange.tokens ?? tail?.usage();
  const lacksOutput = counted?.outputTokens === undefined && tellsTokens.has(operation);
  if (counted !== undefined && !lacksOutput) return { tokens: counted, tokensFrom: "upstream" };
  if (firstByteMs === undefined || !tellsTokens.has(operation))
    return { tokens: noTokens, tokensFrom: "none" };
  const guess = estimate(exchange, tail);
  if (counted?.inputTokens === undefined) return { tokens: guess, tokensFrom: "estimate" };
  return { tokens: { ...counted, outputTokens: guess.outputTokens }, tokensFrom: "estimate" };
}

/** How long it has kept a service busy. */
function busyMs(exchange: Exchange, endedMs: number): number {
  if (exchange.tries === 0) return 0;
  return Math.max(0, endedMs - exchange.beganMs - exchange.heldMs - exchange.queuedMs);
}

/** Of what tells tokens: chats, completions. A stream has about an event a token. */
function estimate({ bodyBytes, eventStream }: Exchange, tail: AnswerTail | undefined): TokenCounts {
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
