import type { Observation } from "@berth/gateway";
import { Buckets } from "./buckets.ts";
import { durationBuckets, firstTokenBuckets, latencyBuckets, tokenBuckets } from "./bucket-bounds.ts";

export const tokenKinds = ["prompt", "completion", "cached", "reasoning"] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** The numbers of requests that are alike in everything by which metrics tell them apart. */
export class RequestSeries {
  /** Any of them. */
  readonly like: Observation;
  requests = 0;
  retries = 0;
  /** `undefined` where nobody has counted. */
  costUsd: number | undefined;
  readonly tokens: Record<TokenKind, number | undefined> = {
    prompt: undefined,
    completion: undefined,
    cached: undefined,
    reasoning: undefined,
  };
  /** Seconds. */
  readonly durations = new Buckets(latencyBuckets);
  readonly firstBytes = new Buckets(latencyBuckets);
  readonly held = new Buckets(latencyBuckets);
  /** The same again, in the buckets that the conventions for generative AI advise. */
  readonly genAiDurations = new Buckets(durationBuckets);
  readonly genAiFirstTokens = new Buckets(firstTokenBuckets);
  readonly inputSizes = new Buckets(tokenBuckets);
  readonly outputSizes = new Buckets(tokenBuckets);

  constructor(like: Observation) {
    this.like = like;
  }

  add({ durationMs, firstByteMs, heldMs, retried, costUsd, tokens }: Observation): void {
    this.requests += 1;
    this.durations.observe(durationMs / 1000);
    this.genAiDurations.observe(durationMs / 1000);
    if (firstByteMs !== undefined) {
      this.firstBytes.observe(firstByteMs / 1000);
      this.genAiFirstTokens.observe(firstByteMs / 1000);
    }
    if (heldMs > 0) this.held.observe(heldMs / 1000);
    if (retried) this.retries += 1;
    if (costUsd !== undefined) this.costUsd = (this.costUsd ?? 0) + costUsd;
    const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = tokens;
    if (inputTokens !== undefined) this.inputSizes.observe(inputTokens);
    if (outputTokens !== undefined) this.outputSizes.observe(outputTokens);
    this.#count("prompt", inputTokens);
    this.#count("completion", outputTokens);
    this.#count("cached", cachedTokens);
    this.#count("reasoning", reasoningTokens);
  }

  #count(kind: TokenKind, count: number | undefined): void {
    if (count !== undefined) this.tokens[kind] = (this.tokens[kind] ?? 0) + count;
  }
}

function areAlike(one: Observation, other: Observation): boolean {
  return (
    one.operation === other.operation &&
    one.status === other.status &&
    one.outcome === other.outcome &&
    one.errorCode === other.errorCode &&
    one.model === other.model &&
    one.provider === other.provider &&
    one.route === other.route
  );
}

/** Every request that was observed, summed up as it comes: what a scrape tells is put together when it is asked for. */
export class RequestTally {
  readonly #series = new Map<string, RequestSeries>();
  /** The next request is likely to be alike. */
  #last: RequestSeries | undefined;

  observe(observation: Observation): void {
    if (this.#last === undefined || !areAlike(this.#last.like, observation))
      this.#last = this.#seriesOf(observation);
    this.#last.add(observation);
  }

  #seriesOf(observation: Observation): RequestSeries {
    const { operation, status, outcome, errorCode, model, provider, route } = observation;
    const key = `${operation}\n${status}\n${outcome}\n${errorCode}\n${model}\n${provider}\n${route}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new RequestSeries(observation);
      this.#series.set(key, series);
    }
    return series;
  }

  all(): Iterable<RequestSeries> {
    return this.#series.values();
  }
}
