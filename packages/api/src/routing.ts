/** What the control plane tells a gateway: which names can be called, and where each leads. Holds secrets: never shown. */

/** Where a runner answers. */
export interface RunnerAddress {
  /** `http://host:port`, or `https:` where it speaks TLS. */
  readonly url: string;
  /** A Unix socket of this user's that leads there, whatever the host in `url` is; absent where it is reached directly. */
  readonly socketPath?: string;
  /** SHA-256 of its certificate in lower-case hex: the only one that is believed. Present exactly for `https:`. */
  readonly fingerprint?: string;
}

/** One running (or starting) copy of a model that requests can be sent to. */
export interface Upstream {
  readonly serviceId: string;
  readonly name: string;
  /** Served model: the repository id, or what a command answers to. */
  readonly model: string;
  readonly task: string;
  readonly state:
    | { readonly kind: "ready"; readonly address: RunnerAddress; readonly secret: string }
    /** Requests are held until it is ready; `reason` is told while they wait. */
    | { readonly kind: "starting"; readonly reason: string; readonly expectedReadyAtMs: number | undefined }
    /** Ended or failing; requests that name it are refused with the reason. */
    | { readonly kind: "unavailable"; readonly reason: string };
  /** SHA-256 (hex) of the service's own key, which is good for this service only. */
  readonly apiKeyHash: string | undefined;
  readonly contextTokens: number | null;
  readonly createdAtMs: number;
  /** A `command` service: on its own port, paths that the gateway does not know are passed on to it too. */
  readonly anyPath: boolean;
  /** Whether it hears recordings that are sent to it (`/v1/audio/...`); if not, only files that lie where it runs. */
  readonly takesUploads: boolean;
}

/** Everything that can be named in `model`, replaced whole at each change. */
export interface RoutingSnapshot {
  readonly version: number;
  /** Model name, service name or service id -> services, in order of preference. */
  readonly routes: ReadonlyMap<string, readonly Upstream[]>;
  /** A service's own local port -> the service. */
  readonly ports: ReadonlyMap<number, Upstream>;
}
