import type { EndpointSight, LackOfRoom } from "./plan-replicas.ts";
import type { FailuresByDeployment } from "./start-failures.ts";

/** What brings an endpoint closer to what is wanted of it. */
export type EndpointStep =
  /** Not on those profiles. */
  | { readonly kind: "start"; readonly deployment: number; readonly except: ReadonlySet<string> }
  /** No new requests go there; it is stopped when it has answered its last one. */
  | { readonly kind: "drain"; readonly replica: string }
  | { readonly kind: "keep"; readonly replica: string }
  | { readonly kind: "stop"; readonly replica: string }
  /** Ended long enough ago that nobody looks for its log. */
  | { readonly kind: "forget"; readonly replica: string }
  | {
      readonly kind: "conclude";
      readonly deployment: number;
      readonly status: "COMPLETED" | "FAILED";
      readonly reason: string;
    }
  /** Nothing of it is left. */
  | { readonly kind: "remove" };

/** What is seen of an endpoint beside its replicas. */
export interface EndpointFacts extends Pick<
  EndpointSight,
  | "inFlight"
  | "waiting"
  | "arrivalsPerSecond"
  | "steadyPerSecond"
  | "donePerSecond"
  | "isSaturated"
  | "startMs"
  | "lastActiveAt"
> {
  readonly now: number;
  /** Somebody has asked for a replica, and none has been ready since. */
  readonly isWoken: boolean;
  /** Starts that have failed, as last seen. */
  readonly failures: FailuresByDeployment;
  /** Names of the profiles of a deployment, in order. */
  readonly profilesOf: (deployment: number) => readonly string[];
  /** By deployment. */
  readonly lackOfRoom: ReadonlyMap<number, LackOfRoom>;
  /** Deployments for which there was no room beside what there is, some time. */
  readonly shortOfRoom: ReadonlySet<number>;
  /** What a deployment's next replica waits for: its model is on its way. */
  readonly coming: ReadonlyMap<number, string>;
}
