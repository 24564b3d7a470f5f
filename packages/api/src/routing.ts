/** What the control plane tells a gateway: which names can be called, and where each leads. Holds secrets: never shown. */
import type { ColdStart, Visibility } from "./resources/endpoint.ts";
import type { RouteStrategy } from "./resources/model-route.ts";
import type { PromptFormat } from "./prompt-format.ts";
import type { Price, ProviderKind, ProviderOptions } from "./resources/provider.ts";

/** Where a runner answers. */
export interface RunnerAddress {
  /** `http://host:port`, or `https:` where it speaks TLS. */
  readonly url: string;
  /** A Unix socket of this user's that leads there, whatever the host in `url` is; absent where it is reached directly. */
  readonly socketPath?: string;
  /** SHA-256 of its certificate in lower-case hex: the only one that is believed. Present exactly for `https:`. */
  readonly fingerprint?: string;
}

interface UpstreamFacts {
  readonly name: string;
  /** Served model: the repository id, what a command answers to, or what a provider calls it. */
  readonly model: string;
  readonly task: string;
  readonly contextTokens: number | null;
  readonly createdAtMs: number;
}

/** One running (or starting) copy of a model that requests can be sent to. */
export interface ServiceUpstream extends UpstreamFacts {
  readonly kind: "service";
  readonly serviceId: string;
  /** Whose replica it is. */
  readonly endpointId?: string;
  readonly state:
    | { readonly kind: "ready"; readonly address: RunnerAddress; readonly secret: string }
    /** Requests are held until it is ready; `reason` is told while they wait. */
    | {
        readonly kind: "starting";
        readonly reason: string;
        readonly expectedReadyAtMs: number | undefined;
        /** How long a start takes, for what none has been begun of yet. */
        readonly startMs?: number | undefined;
        /** Its starts have failed again and again: requests are refused until the next is tried, at that time. */
        readonly nextTryAtMs?: number | undefined;
      }
    /** Ended or failing; requests that name it are refused with the reason. */
    | { readonly kind: "unavailable"; readonly reason: string };
  /** SHA-256 (hex) of the service's own key, which is good for this service only. */
  readonly apiKeyHash: string | undefined;
  /** A `command` or a `pipeline`: on its own port, paths that the gateway does not know (`/predict`) are passed on to it too. */
  readonly anyPath: boolean;
  /** Whether it hears recordings that are sent to it (`/v1/audio/...`); if not, only files that lie where it runs. */
  readonly takesUploads: boolean;
  /** The model's LoRA adapters, in one word: the same service gives other answers with others. */
  readonly adapters?: string | undefined;
  /** GPUs it holds: what a second of it costs in GPU-seconds. */
  readonly gpus: number;
  /** How many requests it is to work on at once, where its endpoint says that; the others wait before it. */
  readonly atOnce?: number;
}

/** A provider's credential as it goes over the wire. */
export type ProviderAuth =
  | { readonly kind: "none" }
  /** Name and whole value of the header. */
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  /** A Gradio app's log-in, and HTTP Basic. */
  | { readonly kind: "login"; readonly user: string; readonly password: string }
  /** Signed requests. Without keys of its own, the AWS credential chain is asked. */
  | {
      readonly kind: "aws";
      readonly keys:
        | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
        | undefined;
    };

/** How a provider is spoken to. The same object as long as nothing of it changes. */
export interface ProviderTarget {
  readonly providerId: string;
  readonly provider: string;
  readonly kind: ProviderKind;
  /** Without a trailing slash; for OpenAI-like kinds with the `/v1`. */
  readonly url: string;
  readonly auth: ProviderAuth;
  readonly options: ProviderOptions;
  readonly maxParallel: number | null;
  readonly connectMs: number | null;
  readonly firstTokenMs: number | null;
}

/** A model of an inference server that Berth did not launch. */
export interface ProviderUpstream extends UpstreamFacts {
  readonly kind: "provider";
  /** `PROVIDER/NAME`, good in `model` too. */
  readonly id: string;
  readonly target: ProviderTarget;
  /** As the last look found it: one that is down is asked only when nobody else can answer. */
  readonly isDown: boolean;
  readonly maxOutputTokens: number | null;
  readonly price: Price | null;
  readonly prompt: PromptFormat | null;
  readonly defaults: Readonly<Record<string, unknown>>;
}

export type Upstream = ServiceUpstream | ProviderUpstream;

/** An upstream as a route has it. */
export interface RoutedUpstream {
  readonly upstream: Upstream;
  readonly weight: number;
  /** Those of a lower group are asked first. */
  readonly group: number;
}

/** How the requests for one name are answered. The same object as long as nothing of it changes. */
export interface RoutePolicy {
  /** The configured route's name; `undefined` for a name that leads to services and models of that name. */
  readonly route: string | undefined;
  readonly strategy: RouteStrategy;
  /** Further tries after the first. */
  readonly retries: number;
  readonly firstTokenMs: number | null;
  readonly cache: { readonly ttlMs: number; readonly which: "deterministic" | "all" } | null;
  readonly logBodies: boolean;
}

/** The endpoint whose replicas a name leads to. */
export interface RoutedEndpoint {
  readonly endpointId: string;
  /** `owner/name` */
  readonly fullName: string;
  readonly owner: string;
  /** For its callers. */
  readonly description: string | null;
  readonly visibility: Visibility;
  /** Answer while no replica is ready, where that is what is wanted. */
  readonly fallback: readonly RoutedUpstream[];
  /** What callers find then who do not say what they want. */
  readonly coldStart: ColdStart;
}

export interface NamedRoute {
  readonly policy: RoutePolicy;
  /** In order of preference. */
  readonly upstreams: readonly RoutedUpstream[];
  readonly endpoint?: RoutedEndpoint;
  /** Who answers for the name to callers from whom the endpoint is hidden. */
  readonly behind?: NamedRoute;
}

/** Everything that can be named in `model`, replaced whole at each change. */
export interface RoutingSnapshot {
  readonly version: number;
  /** Route, service, service id, model, `provider/model` -> who answers. */
  readonly routes: ReadonlyMap<string, NamedRoute>;
  /** By full names alone: what `/e/OWNER/NAME/` leads to, and what an owner's own short names mean first. */
  readonly endpoints: ReadonlyMap<string, NamedRoute>;
  /** Tried in order for names that are not among the routes; each pattern is anchored. */
  readonly patterns: readonly { readonly pattern: RegExp; readonly route: NamedRoute }[];
  /** For all other names, and for requests that name none. */
  readonly fallback: NamedRoute | undefined;
  /** A service's own local port -> the service. */
  readonly ports: ReadonlyMap<number, ServiceUpstream>;
  /** The provider that takes paths under /v1 which the gateway does not know. */
  readonly anyPath: ProviderTarget | undefined;
}
