/** What the server's own thread and those that carry requests beside it say to each other. */
import type { ThreadLoads } from "../endpoints/gateway-loads.ts";
import type { MessagePort } from "node:worker_threads";
import type { JudgedKey } from "@berth/control";
import type {
  BookMemory,
  GatewayLimits,
  Observation,
  RoutingSnapshot,
  SharedCount,
  Usage,
} from "@berth/gateway";
import type { OriginPolicy } from "../http/origin-guard.ts";

/** What a thread is started with. */
export interface ThreadData extends ThreadSettings {
  /** From 1 on: the server's own is 0. */
  readonly thread: number;
  /** What it has under way, and how many characters of it are on the way to the server's own thread. */
  readonly state: Int32Array;
  readonly news: MessagePort;
  /** How far the news go, in shared memory. */
  readonly revision: Int32Array;
}

/** What is alike for all of them. */
export interface ThreadSettings {
  readonly host: string;
  readonly port: number;
  /** BERTH_DEBUG: everybody is admin. */
  readonly open: boolean;
  readonly policy: OriginPolicy;
  readonly limits: Partial<GatewayLimits>;
  /** The memory of the book of limits. */
  readonly book: BookMemory;
  /** Where the server's own thread takes what others do not serve. */
  readonly mainSocket: string;
}

/** Places in `ThreadData.state`. */
export const inFlightAt = 0;
export const underWayAt = 1;

export interface RoutesNews {
  readonly snapshot: RoutingSnapshot;
  /** What each provider has under way, over all threads. */
  readonly counts: ReadonlyMap<string, SharedCount>;
}

export type News =
  /** The first: everything there is. */
  | {
      readonly kind: "all";
      readonly routes: RoutesNews;
      readonly keys: ReadonlyMap<string, JudgedKey>;
      readonly slots: ReadonlyMap<string, number>;
    }
  | { readonly kind: "routes"; readonly routes: RoutesNews }
  | { readonly kind: "key"; readonly hash: string; readonly key: JudgedKey | undefined }
  | { readonly kind: "slot"; readonly keyId: string; readonly slot: number | undefined };

/** A piece of news, and how far they go with it. */
export interface NumberedNews {
  readonly revision: number;
  readonly news: News;
}

export type ToThread =
  | { readonly kind: "drain"; readonly withinMs: number }
  | { readonly kind: "close"; readonly withinMs: number };

export type FromThread =
  | { readonly kind: "listening" }
  /** `finished` is a `Finished` as JSON; `lost` are requests that are missing in it. */
  | { readonly kind: "finished"; readonly finished: string; readonly lost: number }
  | { readonly kind: "wake"; readonly serviceId: string }
  | { readonly kind: "suspect"; readonly providerId: string }
  /** All that it counts of endpoints, whenever that has changed. */
  | { readonly kind: "loads"; readonly loads: ThreadLoads }
  | { readonly kind: "report"; readonly error: unknown; readonly requestId: string | undefined }
  | { readonly kind: "drained" };

/** What has happened in some moments. */
export interface Finished {
  /** Of requests that are not written down. */
  readonly observations: readonly Observation[];
  /** Observed too. */
  readonly usages: readonly Usage[];
  /** Hashes of the keys that were used. */
  readonly keys: readonly string[];
}
