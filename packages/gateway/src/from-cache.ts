import { AnswerCapture } from "./answer-capture.ts";
import { cacheKey, type AnswerCache } from "./answer-cache.ts";
import type { AskedRequest } from "./asked-request.ts";
import type { Exchange } from "./exchange.ts";
import { ownHeaders } from "./headers.ts";
import type { RoutePolicy } from "./ports.ts";

/** A request whose answer may be known, and is worth knowing. */
export interface CacheUse {
  readonly key: string;
  readonly ttlMs: number;
}

/** `undefined` where the route does not want it, or the answer is left to chance. */
export function cacheUse(asked: AskedRequest, policy: RoutePolicy): CacheUse | undefined {
  const { cache, route } = policy;
  if (cache === null || asked.body.kind !== "bytes" || asked.form !== "json") return undefined;
  if (cache.which === "deterministic" && !asked.facts.isDeterministic && !isAlwaysTheSame(asked))
    return undefined;
  return { key: cacheKey(route ?? "", asked.path, asked.body.bytes), ttlMs: cache.ttlMs };
}

function isAlwaysTheSame({ operation }: AskedRequest): boolean {
  return operation === "embeddings" || operation === "rerank";
}

/** Answers from memory. Whether it could. */
export function answerFromCache(
  exchange: Exchange,
  cache: AnswerCache,
  use: CacheUse,
  nowMs: number,
): boolean {
  const known = cache.get(use.key, nowMs);
  if (known === undefined) {
    exchange.capture ??= new AnswerCapture();
    return false;
  }
  exchange.cachedAnswer = true;
  exchange.tokens = known.tokens;
  exchange.status = 200;
  exchange.firstByteMs = nowMs - exchange.beganMs;
  exchange.eventStream = known.contentType.startsWith("text/event-stream");
  exchange.capture?.push(known.bytes);
  exchange.response.writeHead(200, [
    "content-type",
    known.contentType,
    "content-length",
    String(known.bytes.length),
    "x-berth-cache",
    "hit",
    ...ownHeaders(exchange, nowMs),
  ]);
  exchange.response.end(known.bytes);
  return true;
}

/** Keeps the answer that has just been given, if it was whole and good. */
export function keepAnswer(exchange: Exchange, cache: AnswerCache, use: CacheUse, nowMs: number): void {
  const { capture, contentType, status, failed, clientGone } = exchange;
  if (status !== 200 || failed || clientGone || capture?.isWhole !== true || contentType === undefined)
    return;
  const tokens = exchange.tokens ?? exchange.tail?.usage();
  cache.put(use.key, { contentType, bytes: capture.bytes(), tokens }, nowMs + use.ttlMs);
}
