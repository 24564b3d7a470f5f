import { type BerthError, type ErrorCode, isBerthError } from "@berth/api";
import type { Exchange } from "./exchange.ts";
import type { Forwarded } from "./forward.ts";
import { ownHeaders } from "./headers.ts";
import { bytesPerToken } from "./cost/bytes-per-token.ts";
import type { IngressRenderer, WholeAnswer } from "./ingress/ingress.ts";
import type { ChatChunk, ChatDelta, ChatMessage, Usage } from "./openai/shapes.ts";
import type { TokenCounts } from "./ports.ts";
import type { CallWire } from "./providers/call-wire.ts";
import type { ProviderAnswer } from "./providers/provider.ts";
import { ProviderFailure } from "./providers/provider-failure.ts";
import { stalled } from "./upstream-words.ts";

export interface TranslatedOptions {
  readonly call: () => Promise<ProviderAnswer>;
  readonly wire: CallWire;
  readonly renderer: IngressRenderer;
  /** For messages. */
  readonly name: string;
  /** What no message may hold. */
  readonly secrets: readonly string[];
  readonly nowMs: () => number;
  readonly clientStallMs: number;
}

/**
 * Makes the call and writes its answer as the caller expects it, no faster than the caller takes it. Rejects when the
 * answer breaks off after the caller has got some of it, and with the exchange's reason when it is cancelled.
 */
export async function answerTranslated(exchange: Exchange, options: TranslatedOptions): Promise<Forwarded> {
  const { wire, nowMs } = options;
  const beganMs = nowMs();
  let isTimed = false;
  // until its answer began, or it turned out that there is none, the time was the upstream's
  const noteTime = (): void => {
    if (!isTimed) exchange.upstreamMs += nowMs() - beganMs;
    isTimed = true;
  };
  exchange.begin(wire);
  try {
    const answer = await options.call();
    switch (answer.kind) {
      case "whole":
        noteTime();
        exchange.tokens = countsOf("usage" in answer.body ? answer.body.usage : undefined);
        exchange.writtenTokens = tokensIn(answer.body);
        writeWhole(exchange, options, answer.body);
        break;
      case "stream":
        await writeStream(exchange, options, answer.chunks, noteTime);
        break;
    }
    return { kind: "answered" };
  } catch (error) {
    // it was cancelled: no word of the upstream's
    if (isBerthError(error) && cancelling.has(error.code)) throw error;
    const told = error instanceof ProviderFailure ? error.toBerthError(options.name, options.secrets) : error;
    if (!isBerthError(told) || exchange.firstByteMs !== undefined) throw told;
    const again = againAfter(told);
    if (again === "others") {
      // who is asked then counts anew
      exchange.tokens = undefined;
      exchange.writtenTokens = undefined;
      options.renderer.restart();
    }
    return { kind: "failed", error: told, again };
  } finally {
    noteTime();
    exchange.end();
    wire.close();
  }
}

const cancelling: ReadonlySet<ErrorCode> = new Set(["client_closed", "shutting_down", "budget_exceeded"]);

/** What cannot be said in this provider's words may be in another's. */
function againAfter(error: BerthError): "others" | "nobody" {
  if (error.cause instanceof ProviderFailure) return error.cause.kind === "refused" ? "nobody" : "others";
  return error.code === "unsupported" ? "others" : "nobody";
}

function writeWhole(
  exchange: Exchange,
  { renderer, nowMs }: TranslatedOptions,
  body: Parameters<IngressRenderer["whole"]>[0],
): void {
  const { response } = exchange;
  const bytes = Buffer.from(JSON.stringify(renderer.whole(body)));
  exchange.status = 200;
  exchange.firstByteMs = nowMs() - exchange.beganMs;
  response.writeHead(200, [
    "content-type",
    "application/json; charset=utf-8",
    "content-length",
    String(bytes.length),
    ...ownHeaders(exchange, nowMs()),
  ]);
  exchange.contentType = "application/json; charset=utf-8";
  exchange.capture?.push(bytes);
  response.end(bytes);
}

async function writeStream(
  exchange: Exchange,
  options: TranslatedOptions,
  chunks: Extract<ProviderAnswer, { kind: "stream" }>["chunks"],
  noteTime: () => void,
): Promise<void> {
  const { renderer, wire, nowMs } = options;
  const { response } = exchange;
  exchange.writtenTokens = 0;
  for await (const chunk of chunks) {
    wire.progress();
    if (chunk.usage !== undefined && chunk.usage !== null) exchange.tokens = countsOf(chunk.usage);
    exchange.writtenTokens += tokensIn(chunk);
    const text = renderer.chunk(chunk);
    if (text === "") continue;
    const bytes = Buffer.from(text);
    exchange.capture?.push(bytes);
    exchange.firstByteMs ??= nowMs() - exchange.beganMs;
    noteTime();
    beginStream(exchange, options);
    if (!response.write(bytes)) await drained(exchange, options);
  }
  const last = renderer.end();
  exchange.capture?.push(Buffer.from(last));
  noteTime();
  beginStream(exchange, options);
  response.end(last);
}

/** With the first that is told: until then the answer may be another. */
function beginStream(exchange: Exchange, { renderer, nowMs }: TranslatedOptions): void {
  const { response } = exchange;
  exchange.eventStream = true;
  if (response.headersSent) return;
  exchange.status = 200;
  exchange.contentType = renderer.contentType;
  response.writeHead(200, [
    "content-type",
    renderer.contentType,
    "cache-control",
    "no-cache",
    "x-accel-buffering",
    "no",
    ...ownHeaders(exchange, nowMs()),
  ]);
}

/** Resolves when the client takes more. Rejects with `client_closed` when it takes nothing for too long. */
async function drained(exchange: Exchange, { wire, clientStallMs }: TranslatedOptions): Promise<void> {
  const { response } = exchange;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sinceMs: number | undefined;
  exchange.begin({
    tick(nowMs) {
      // who is not read from cannot be silent
      wire.progress();
      wire.tick(nowMs);
      sinceMs ??= nowMs;
      if (nowMs - sinceMs > clientStallMs) reject(stalled(clientStallMs));
    },
    cancel(reason) {
      wire.cancel(reason);
      reject(reason);
    },
  });
  response.once("drain", resolve);
  try {
    await promise;
  } finally {
    response.off("drain", resolve);
    exchange.begin(wire);
  }
}

/** About so many are in its texts; a piece of a stream that has any is one or more. */
function tokensIn(answer: WholeAnswer | ChatChunk): number {
  if (!("choices" in answer)) return 0;
  let chars = 0;
  for (const choice of answer.choices) {
    if ("text" in choice) chars += choice.text.length;
    else chars += charsIn("message" in choice ? choice.message : choice.delta);
  }
  return chars === 0 ? 0 : Math.max(1, Math.round(chars / bytesPerToken));
}

function charsIn({
  content,
  reasoning_content: thought,
  tool_calls: calls = [],
}: ChatMessage | ChatDelta): number {
  let chars = (content?.length ?? 0) + (thought?.length ?? 0);
  for (const { function: called } of calls)
    chars += (called?.name?.length ?? 0) + (called?.arguments?.length ?? 0);
  return chars;
}

function countsOf(usage: Partial<Usage> | null | undefined): TokenCounts | undefined {
  if (usage === undefined || usage === null) return undefined;
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  return {
    // ranks tell only what they come to
    inputTokens: input ?? (output === undefined ? total : undefined),
    outputTokens: output,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
  };
}
