import type { IncomingHttpHeaders } from "node:http";
import { AnswerCapture } from "./answer-capture.ts";
import { cacheKey, type AnswerCache } from "./answer-cache.ts";
import type { AskedRequest } from "./asked-request.ts";
import type { Exchange } from "./exchange.ts";
import { ownHeaders } from "./headers.ts";
import type { NamedRoute, Upstream } from "./ports.ts";
import { upstreamId } from "./routing/upstream-id.ts";

/** A request whose answer may be known, and is worth knowing. */
export interface CacheUse {
  readonly key: string;
  readonly ttlMs: number;
}

/** `undefined` where the route does not want it, or the answer is left to chance. */
export function cacheUse(
  asked: AskedRequest,
  { policy, upstreams }: NamedRoute,
  headers: IncomingHttpHeaders,
): CacheUse | undefined {
  const { cache, route } = policy;
  if (cache === null || asked.body.kind !== "bytes" || asked.form !== "json") return undefined;
  if (cache.which === "deterministic" && !asked.facts.isDeterministic && !isAlwaysTheSame(asked))
    return undefined;
  const circumstances = [
    route ?? "",
    asked.path,
    // pointed at somebody else, the route has other answers
    ...upstreams.map(({ upstream }) => answererOf(upstream)).toSorted(),
    ...decidingHeaders(headers),
  ];
  return { key: cacheKey(circumstances, asked.body.bytes), ttlMs: cache.ttlMs };
}

function answererOf(upstream: Upstream): string {
  const adapters = upstream.kind === "service" ? upstream.adapters : undefined;
  return [upstreamId(upstream), upstream.model, adapters].filter((word) => word !== undefined).join(" ");
}

/** Those of a request that pass on to upstreams and change what they answer. */
function decidingHeaders(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .filter(([name]) => name === "anthropic-version" || name.endsWith("-beta"))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .toSorted();
}

function isAlwaysTheSame({ operation }: AskedRequest): boolean {
  return operation === "embeddings" || operation === "ollama.embed" || operation === "rerank";
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

/** Keeps the answer that has just been given, if it was whole, good, and readable by everybody who may ask. */
export function keepAnswer(exchange: Exchange, cache: AnswerCache, use: CacheUse, nowMs: number): void {
  const { capture, contentType, contentCoding, status, failed, clientGone } = exchange;
  if (status !== 200 || failed || clientGone || capture?.isWhole !== true || contentType === undefined)
    return;
  if (contentCoding !== undefined) return;
  const tokens = exchange.tokens ?? exchange.tail?.usage();
  cache.put(use.key, { contentType, bytes: capture.bytes(), tokens }, nowMs + use.ttlMs);
}
