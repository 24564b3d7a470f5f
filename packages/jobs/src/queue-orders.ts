import type { JobError, JobProgress } from "@berth/api";
import type { ClaimedJob, JobCall, NewJob } from "@berth/store";
import type { QueuePolicy } from "./queue-policy.ts";

export interface SubmitOrder {
  readonly endpointId: string;
  readonly keyId: string | null;
  readonly call: JobCall;
  readonly policy: QueuePolicy;
  /** Those of the policy's terms that the job says itself. */
  readonly own?: NonNullable<NewJob["own"]>;
  readonly priority?: number;
  readonly delayMs?: number;
  readonly idempotency?: NewJob["idempotency"];
  readonly webhookUrl?: string | null;
}

export interface TakeOrder {
  readonly endpointId: string;
  readonly workerId: string;
  readonly limit: number;
  /** How long to wait for a job where there is none. */
  readonly waitMs: number;
  readonly policy: QueuePolicy;
  /** How long it can still work, from now on: it gets none that may take longer. */
  readonly leftMs?: number | undefined;
  /** So many of these keys' jobs at most, as it is whenever some are claimed. */
  readonly keyRoom?: () => ReadonlyMap<string | null, number>;
  readonly signal?: AbortSignal;
}

export interface TakenJob extends Omit<ClaimedJob, "lease"> {
  /** To be shown with everything that is said of it. */
  readonly lease: string;
  readonly attempt: number;
}

export interface LeaseRenewal {
  readonly lease: string;
  readonly progress?: JobProgress | undefined;
}

/** Of a failure that is tried again: which attempt it was, and after what pause at least. */
export interface Again {
  readonly attempts: number;
  readonly pauseMs?: number | undefined;
}

/** Why what is given back is not to be taken at once, the how manieth time it is, and how long not, where that is known. */
export interface Later {
  readonly error: JobError;
  readonly times: number;
  readonly pauseMs: number | undefined;
}
