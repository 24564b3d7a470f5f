/** What the gateway needs of the rest of the system. It asks nobody per request: it reads snapshots pushed to it. */

import type { RoutingSnapshot } from "@berth/api";
import type { OperationName } from "./operation.ts";

export type { NamedRoute, RoutingSnapshot, ServiceUpstream, Upstream } from "@berth/api";

export interface RouteSource {
  snapshot(): RoutingSnapshot;
  /** Calls the listener after each change until the returned function is called. */
  watch(listener: () => void): () => void;
}

/** Who is calling. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: readonly ("admin" | "inference")[];
  /** Model names it may call; `null` means any. */
  readonly models: readonly string[] | null;
}

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
}

/** How a request ended: answered, left by its client, or refused or broken off. */
export type Outcome = "ok" | "client_closed" | "error";

/** One finished request of a known caller that named a model, off the hot path. */
export interface Usage {
  readonly requestId: string;
  readonly keyId: string;
  readonly model: string;
  readonly serviceId: string | undefined;
  readonly path: string;
  readonly status: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Until the first byte of the answer's body. */
  readonly firstByteMs: number | undefined;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly outcome: Outcome;
}

export interface UsageSink {
  record(usage: Usage): void;
}

/** One finished request of anybody, off the hot path: for counters and histograms. Nothing in it is the caller's own words. */
export interface Observation {
  readonly operation: OperationName;
  readonly service: string | undefined;
  readonly model: string | undefined;
  readonly status: number;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  /** Of which it waited for a service to start. */
  readonly heldMs: number;
  readonly retried: boolean;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
}
