/** What the gateway needs of the rest of the system. It asks nobody per request: it reads snapshots pushed to it. */

/** One running (or starting) copy of a model that requests can be sent to. */
export interface Upstream {
  readonly serviceId: string;
  readonly name: string;
  /** Served model: the repository id, or what a command answers to. */
  readonly model: string;
  readonly task: string;
  readonly state:
    | { readonly kind: "ready"; readonly url: string; readonly secret: string }
    /** Requests are held until it is ready; `reason` is told while they wait. */
    | { readonly kind: "starting"; readonly reason: string; readonly expectedReadyAtMs: number | undefined }
    /** Ended or failing; requests that name it are refused with the reason. */
    | { readonly kind: "unavailable"; readonly reason: string };
  /** SHA-256 (hex) of the service's own key, which is good for this service only. */
  readonly apiKeyHash: string | undefined;
  readonly contextTokens: number | null;
  readonly createdAtMs: number;
}

/** Everything that can be named in `model`, replaced whole at each change. */
export interface RoutingSnapshot {
  readonly version: number;
  /** Model name, service name or service id -> services, in order of preference. */
  readonly routes: ReadonlyMap<string, readonly Upstream[]>;
  /** A service's own local port -> the service. */
  readonly ports: ReadonlyMap<number, Upstream>;
}

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
  /** From a cache in memory, at once. `undefined` for an unknown, expired or revoked key. */
  verify(key: string): Principal | undefined;
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
