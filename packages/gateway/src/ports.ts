/** What the gateway needs of the rest of the system. It asks nobody per request: it reads snapshots pushed to it. */

import type { KeyLimits, RoutingSnapshot, Scope } from "@berth/api";
import type { OperationName } from "./operation.ts";

export type {
  NamedRoute,
  ProviderTarget,
  ProviderUpstream,
  RoutedUpstream,
  RoutePolicy,
  RoutingSnapshot,
  ServiceUpstream,
  Upstream,
} from "@berth/api";

export interface RouteSource {
  snapshot(): RoutingSnapshot;
  /** Calls the listener after each change until the returned function is called. */
  watch(listener: () => void): () => void;
}

/** Who is calling. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** Model names it may call; `null` means any. */
  readonly models: readonly string[] | null;
  readonly limits: KeyLimits;
  /** Whether its requests and answers are kept. */
  readonly logBodies: boolean;
  /** Whose it is; nobody's when null or absent. */
  readonly owner?: string | null;
}

/** What is not bounded and not kept. */
export const unbounded = { limits: {}, logBodies: false } as const satisfies Partial<Principal>;

export interface KeyVerifier {
  /**
   * Whose key has this SHA-256 (hex): from memory, at once. `undefined` for an unknown, expired or revoked key. The
   * gateway remembers hashes of keys it has seen, never answers, so a revoked key is refused at its next request.
   */
  verifyHash(keyHash: string): Principal | undefined;
}

export interface Activator {
  /** Somebody waits for the service, or could not reach it: look at it now. */
  wake(serviceId: string): void;
  /** A provider has failed a request: look at it now. */
  suspect(providerId: string): void;
}

/** How a request ended: answered, left by its client, or refused or broken off. */
export type Outcome = "ok" | "client_closed" | "error";

/** Tokens as they were counted: by the upstream, or where that says nothing estimated here. */
export interface TokenCounts {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Of the input, what the upstream had read before. */
  readonly cachedTokens: number | undefined;
  /** Of the input, what it wrote to its cache. */
  readonly cacheWriteTokens: number | undefined;
  /** Of the output, what nobody sees. */
  readonly reasoningTokens: number | undefined;
}

/** One finished request of a known caller that named a model, off the hot path. */
export interface Usage {
  readonly requestId: string;
  readonly keyId: string;
  /** What the caller named. */
  readonly model: string;
  /** The configured route that was taken. */
  readonly route: string | undefined;
  readonly operation: OperationName;
  readonly serviceId: string | undefined;
  readonly provider: string | undefined;
  /** What the upstream calls the model. */
  readonly upstreamModel: string | undefined;
  readonly status: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  readonly stream: boolean;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Until the first byte of the answer's body. */
  readonly firstByteMs: number | undefined;
  /** Of which it waited for a service to start. */
  readonly heldMs: number;
  /** Of which it waited for nobody but us. */
  readonly overheadMs: number;
  readonly tries: number;
  readonly tokens: TokenCounts;
  readonly tokensFrom: "upstream" | "estimate" | "none";
  /** US dollars, by the price of whoever answered; `undefined` where there is none. */
  readonly costUsd: number | undefined;
  /** Seconds times GPUs of the service that answered. */
  readonly gpuSeconds: number | undefined;
  /** Answered from memory. */
  readonly cached: boolean;
  /** The caller's own trace, as it sent it. */
  readonly traceparent: string | undefined;
  /** What was said, where the key or the route has it kept. */
  readonly bodies: { readonly request: string; readonly response: string } | undefined;
}

export interface UsageSink {
  /** Told right behind the observation of the same request. */
  record(usage: Usage): void;
}

/** One finished request of anybody, off the hot path: for counters and histograms. Nothing in it is the caller's own words. */
export interface Observation {
  readonly operation: OperationName;
  readonly service: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** The configured route that was taken. */
  readonly route: string | undefined;
  readonly status: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  /** Of which it waited for a service to start. */
  readonly heldMs: number;
  readonly retried: boolean;
  readonly tokens: TokenCounts;
  /** US dollars. */
  readonly costUsd: number | undefined;
}
