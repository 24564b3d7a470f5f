/** What the gateway needs of the rest of the system. It asks nobody per request: it reads snapshots pushed to it. */

import type { RoutingSnapshot } from "@berth/api";

export type { RoutingSnapshot, Upstream } from "@berth/api";

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
  verify(keyHash: string): Principal | undefined;
}

export interface Activator {
  /** Somebody waits for the service: look at it now. */
  wake(serviceId: string): void;
}

/** One finished request, off the hot path. */
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
  readonly outcome: "ok" | "client_closed" | "error";
}

export interface UsageSink {
  record(usage: Usage): void;
}
