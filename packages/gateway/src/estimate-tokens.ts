import type { AnswerTail } from "./answer-tail.ts";
import { bytesPerToken } from "./cost/bytes-per-token.ts";
import type { Exchange } from "./exchange.ts";
import type { OperationName } from "./operation.ts";
import type { TokenCounts } from "./ports.ts";

/** 128 kbit a second, of which models make about ten tokens. */
const soundBytesPerToken = 1600;
/** JSON is packed to about a quarter. */
const packedTo = 0.25;

/**
 * What a request has probably used of what its operation is charged for, by the sizes of what was asked and answered;
 * `undefined` for an operation that uses no tokens. `tail`: the answer, unpacked; `undefined` where it could not be.
 */
export function estimateTokens(
  exchange: Exchange,
  tail: AnswerTail | undefined,
): Pick<TokenCounts, "inputTokens" | "outputTokens"> | undefined {
  const { bodyBytes, upstream } = exchange;
  // an image in the body is far fewer tokens than its bytes tell, and no more than can be read
  const input = (bytesEach: number): number =>
    Math.min(Math.ceil(bodyBytes / bytesEach), upstream?.contextTokens ?? Infinity);
  switch (usedBy(exchange.operation)) {
    case "text":
      return { inputTokens: input(bytesPerToken), outputTokens: written(exchange, tail) };
    case "sound":
      return { inputTokens: input(soundBytesPerToken), outputTokens: written(exchange, tail) };
    case "only input":
      return { inputTokens: input(bytesPerToken), outputTokens: undefined };
    case "nothing":
      return undefined;
  }
}

function usedBy(operation: OperationName): "text" | "sound" | "only input" | "nothing" {
  switch (operation) {
    case "chat.completions":
    case "completions":
    case "responses":
    case "anthropic.messages":
    case "ollama.chat":
    case "ollama.generate":
    case "tgi.generate":
      return "text";
    case "audio.transcriptions":
    case "audio.translations":
      return "sound";
    // what comes of it is no text, and only its server can count it
    case "embeddings":
    case "rerank":
    case "ollama.embed":
    case "audio.speech":
    case "images.generations":
      return "only input";
    case "anthropic.count_tokens":
    case "transcribe":
    case "tokenize":
    case "models":
    case "passthrough":
    case "unknown":
      return "nothing";
  }
}

/** A stream has about an event, or a line, a token. */
function written(exchange: Exchange, tail: AnswerTail | undefined): number {
  if (exchange.writtenTokens !== undefined) return exchange.writtenTokens;
  if (tail === undefined) return Math.ceil((exchange.tail?.totalBytes ?? 0) / packedTo / bytesPerToken);
  const streams = exchange.eventStream || exchange.contentType?.startsWith("application/x-ndjson") === true;
  const text = tail.text();
  const events = streams ? (text.match(/^(?:data:|\{)/gm)?.length ?? 0) : 0;
  return events === 0
    ? Math.ceil(tail.totalBytes / bytesPerToken)
    : Math.ceil((events * tail.totalBytes) / text.length);
}
