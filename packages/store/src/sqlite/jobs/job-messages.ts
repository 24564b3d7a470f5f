import type { JobChange, JobCounts } from "../../job-store.ts";
import type { ThreadAnswer } from "../thread-calls.ts";
import type { JobDeliveryTables } from "./deliver-jobs.ts";
import type { JobOrderTables } from "./order-jobs.ts";
import type { JobReadingTables } from "./read-jobs.ts";
import type { JobPieces } from "./read-pieces.ts";
import type { JobSweep } from "./sweep-jobs.ts";
import type { JobWorkTables } from "./work-on-jobs.ts";

/** What the queue's thread does in its commits. */
export type JobVerbs = Pick<JobOrderTables, "submit" | "cancel" | "retry" | "purgeSome"> &
  Pick<JobWorkTables, "claim" | "renew" | "append" | "finish"> &
  Pick<
    JobReadingTables,
    "getJob" | "listJobs" | "getCall" | "getResult" | "getResultHead" | "listEvents" | "waitingSince"
  > &
  Pick<JobPieces, "readPiece"> &
  Pick<JobDeliveryTables, "claimDeliveries" | "recordDelivery" | "listDeliveries" | "redeliver"> &
  Pick<JobSweep, "sweep" | "resume" | "unneededBlobs" | "blobsForgotten"> & {
    lastSequence(): number;
    counts(): ReadonlyMap<string, JobCounts>;
    leaseSecret(candidate: string): string;
  };
export type JobVerb = keyof JobVerbs;

export interface JobCallOf<V extends JobVerb> {
  readonly verb: V;
  readonly args: Parameters<JobVerbs[V]>;
}

/** What it does between them. */
export type JobCare =
  | { readonly verb: "backup"; readonly target: string }
  | { readonly verb: "check" }
  | { readonly verb: "close" };

export type ToJobThread =
  | { readonly kind: "call"; readonly id: number; readonly call: JobCallOf<JobVerb> }
  | { readonly kind: "care"; readonly id: number; readonly care: JobCare };

/** Of one commit, in the order of the calls. */
export interface FromJobThread {
  readonly answers: readonly ThreadAnswer[];
  readonly changes: readonly JobChange[];
}
