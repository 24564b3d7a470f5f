/** The durable queue as it is remembered, in verbs of jobs. `./sqlite` is the embedded adapter. All times are the caller's clock's. */
import type { Delivery, DeliveryAttempt, Job, JobError, JobProgress, JobStatus } from "@berth/api";

/** What is called when the job's turn comes. */
export interface JobCall {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What there may be with a job that comes, each throwing `rate_limited` beyond. */
export interface QueueLimits {
  /** Jobs that are queued for the endpoint, and those of the key's. */
  readonly queueLimit: number;
  readonly keyLimit: number;
  /** Bytes of inputs that are queued for the endpoint. */
  readonly bytesLimit: number;
  /** Bytes of the key's inputs that are kept, of whatever jobs are not COMPLETED; `undefined`: any. */
  readonly keyBytesLimit?: number | undefined;
}

export interface NewJob extends QueueLimits {
  readonly id: string;
  readonly endpointId: string;
  readonly keyId: string | null;
  readonly priority: number;
  readonly call: JobCall;
  readonly availableAt: number;
  readonly expiresAt: number;
  /** Of each attempt. */
  readonly executionTimeoutMs: number;
  readonly maxAttempts: number;
  /** How long it is kept after its end, and how long as a dead letter. */
  readonly retentionMs: number;
  readonly deadLetterMs: number;
  /** `digest` tells the same call from another under the same key. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  readonly webhookUrl: string | null;
  /** Those of its terms that the job said itself, and keeps. */
  readonly own?: Partial<JobTerms>;
}

export interface JobTerms {
  /** How long after its submission a job is TIMED_OUT, wherever it is. */
  readonly ttlMs: number;
  /** How long one attempt may take. */
  readonly executionTimeoutMs: number;
  /** Attempts, those that were lost by silence included. */
  readonly maxAttempts: number;
}

/** `repeated`: the same was submitted before, and this is what became of it. */
export interface Submitted {
  readonly kind: "accepted" | "repeated";
  readonly job: Job;
}

/** Of a job that is queued once more: by these `own` terms, which it keeps, else by those that it has, else by `terms`. */
export interface Retry extends QueueLimits, Pick<NewJob, "own"> {
  readonly terms: JobTerms;
  /** What it has of its own is cut to this. */
  readonly most?: Partial<JobTerms> & { readonly priority?: number };
}

/** One attempt at one job. */
export interface Lease {
  readonly jobId: string;
  readonly attempt: number;
}

export interface Claim {
  readonly endpointId: string;
  readonly workerId: string;
  readonly limit: number;
  readonly leaseMs: number;
  /** None that may take longer. */
  readonly mostExecutionMs?: number | undefined;
  /** So many of these keys' jobs at most. */
  readonly keyRoom?: ReadonlyMap<string | null, number> | undefined;
}

export interface ClaimedJob {
  readonly job: Job;
  readonly call: JobCall;
  readonly lease: Lease;
  /** How long this attempt may take. */
  readonly executionTimeoutMs: number;
}

export interface Renewal {
  readonly lease: Lease;
  readonly progress?: JobProgress;
}

/** `over`: whoever works on it can stop, and nothing it says of it counts any more. */
export type Held = "held" | "over";

/** What a job leaves. `events`: what it streamed, as one JSON array. `blob`: kept elsewhere, under that name. */
export interface JobResult {
  readonly status: number;
  readonly contentType: string;
  readonly body:
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | { readonly kind: "blob"; readonly name: string; readonly bytes: number }
    | { readonly kind: "events" };
}

export type JobEnding =
  | { readonly kind: "completed"; readonly result: JobResult }
  /** `retryAt: null`: it helps nobody to try again. */
  | { readonly kind: "failed"; readonly error: JobError; readonly retryAt: number | null }
  /** Back to where it was, as if nobody had taken it; `later`: not to be taken before, and why. */
  | {
      readonly kind: "given_back";
      readonly later?: { readonly error: JobError; readonly readyAt: number };
    };

/** `superseded`: it had ended already, or is somebody else's; nothing was changed, and what it left elsewhere nobody needs. */
export interface Finished {
  readonly kind: "stored" | "superseded";
  readonly status: JobStatus;
}

export interface JobFilter {
  readonly endpointId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly status?: JobStatus | undefined;
  readonly deadLetters?: boolean | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface JobPage {
  /** What was submitted last comes first. */
  readonly jobs: readonly Job[];
  /** `null`: that was all. */
  readonly next: string | null;
}

/** A job's call without its body. */
export interface JobCallHead extends Omit<JobCall, "body"> {
  readonly bytes: number;
}

/** A job's result without its bytes; `blob`: the name under which they are kept elsewhere. */
export interface JobResultHead extends Omit<JobResult, "body"> {
  readonly bytes: number;
  readonly blob: string | null;
}

/** What of a job is read piece by piece. */
export type JobPart = "input" | "result";

/** Where a piece begins: behind so many bytes, of that event where a result was streamed. */
export interface PieceMark {
  readonly event: number;
  readonly offset: number;
}

/**
 * Of a body that is read piece by piece. For each of them SQLite goes through all of it: smaller ones would cost the queue's thread
 * more time than they save memory.
 */
export const jobPieceBytes = 4 * 1024 * 1024;

export interface JobPiece {
  readonly bytes: Uint8Array;
  /** `null`: it was the last. */
  readonly next: PieceMark | null;
}

/** Something that a job streamed, or that it began anew (`restart`): what came before is void then. */
export interface JobEvent {
  /** 1, 2, 3 ... */
  readonly number: number;
  readonly at: number;
  readonly kind: "value" | "restart";
  readonly data: Uint8Array;
}

export interface EventPage {
  readonly events: readonly JobEvent[];
  /** The size of the next one, where that alone is larger than what was asked for. */
  readonly tooLarge: number | null;
}

/** How many events are read at once, and how many bytes of them. */
export interface EventLimits {
  readonly count: number;
  readonly bytes: number;
}

/** `ready`: of those queued, those that only wait for somebody. */
export type JobCounts = Readonly<Record<JobStatus | "ready", number>>;

export interface JobChange {
  readonly jobId: string;
  readonly endpointId: string;
  readonly status: JobStatus;
  /** `progress`: how far it is, or what it streamed. `gone`: it is forgotten. `delivery`: of what its webhook is told. */
  readonly what: "status" | "progress" | "gone" | "delivery";
  /** Only of one that can be claimed from now on. */
  readonly executionTimeoutMs?: number;
}

/** One try at one delivery. */
export interface DeliveryLease {
  readonly deliveryId: string;
  readonly attempt: number;
}

/** Whose it is, `null`: nobody's; and where it is told. */
export interface DeliveryPlace {
  readonly keyId: string | null;
  readonly host: string;
}

export interface DeliveryClaim {
  readonly limit: number;
  /** So many at once for each host, for each key's jobs, and for these at one host, those included that the caller is at. */
  readonly perHost: number;
  readonly perKey: number;
  readonly perKeyAtHost: number;
  readonly underWay: readonly DeliveryPlace[];
  readonly leaseMs: number;
}

export interface ClaimedDelivery {
  readonly lease: DeliveryLease;
  readonly url: string;
  /** With its port. */
  readonly host: string;
  /** As it was when it had ended. */
  readonly job: Job;
  /** When it was due at first, or asked for again; and which try since it is. */
  readonly since: number;
  readonly tries: number;
}

export interface ClaimedDeliveries {
  readonly claimed: readonly ClaimedDelivery[];
  /** When the next one is due that could be claimed then; `null`: there is none, or these are as many as were wanted. */
  readonly nextAt: number | null;
}

export type DeliveryNext =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed" }
  | { readonly kind: "retry"; readonly at: number };

/** What a look after the queue came to. */
export interface Swept {
  /** There was more than is done at once. */
  readonly more: boolean;
}

/** A time in which nobody could be heard. */
export interface Gap {
  /** How far the clock went beyond the time that passed; negative: it was set back; 0: it did not, or nobody knows. */
  readonly leapMs: number;
  /** A worker that did not live through it: what it had is queued again. */
  readonly lostWorkerId: string | null;
}

/** By those whose jobs they are. What is resolved is on the disk. */
export interface JobOrders {
  /** Throws `rate_limited` when the endpoint's queue is full, `conflict` when the idempotency key was another call's. */
  submit(job: NewJob, now: number): Promise<Submitted>;
  /** Ends it wherever it is; one that has ended stays as it is. Throws `not_found`. */
  cancel(id: string, now: number): Promise<Job>;
  /**
   * Queues it again, its attempts forgotten. Throws `not_found`, `conflict` for one that waits, runs or is completed, or 20
   * of whose ends wait to be told, and `rate_limited` as `submit` does.
   */
  retry(id: string, retry: Retry, now: number): Promise<Job>;
  /** Cancels what is queued. Returns ids. */
  purge(endpointId: string, now: number): Promise<readonly string[]>;
}

/** By those who do the work. */
export interface JobWork {
  /** Highest priority first, then who came first; none whose time to live is over, and no more bytes than one answer carries. */
  claim(claim: Claim, now: number): Promise<readonly ClaimedJob[]>;
  /** For as long again as they were claimed for. A lease that was lost by silence is had again if nobody took the job. */
  renew(renewals: readonly Renewal[], now: number): Promise<readonly Held[]>;
  /**
   * Adds to what the attempt has streamed. `first`: the number of the first of these within it, from 1; those that are there
   * already are passed over. Throws `conflict` when some before it are missing, `payload_too_large` beyond 64 MiB.
   */
  append(lease: Lease, first: number, values: readonly Uint8Array[], now: number): Promise<Held>;
  /** A completed attempt counts whenever it comes, unless the job has ended; any other only from who has the job. */
  finish(lease: Lease, ending: JobEnding, now: number): Promise<Finished>;
}

export interface JobReading {
  getJob(id: string): Promise<Job | undefined>;
  listJobs(filter: JobFilter): Promise<JobPage>;
  getCall(id: string): Promise<JobCallHead | undefined>;
  /** Whole: only for small ones. `undefined`: there is none, or not yet. */
  getResult(id: string): Promise<JobResult | undefined>;
  /** `undefined`: there is none, or not yet. */
  getResultHead(id: string): Promise<JobResultHead | undefined>;
  /**
   * About `jobPieceBytes`, from there on; from the beginning at `{event: 0, offset: 0}`. `undefined`: it is not there, or kept
   * elsewhere.
   */
  readPiece(id: string, part: JobPart, from: PieceMark): Promise<JobPiece | undefined>;
  /** Since when the endpoint's job that was submitted first, of those that only wait for a worker, waits; `null`: none does. */
  waitingSince(endpointId: string): Promise<number | null>;
  /** Those after that number, at most so many. */
  listEvents(id: string, after: number, limits: EventLimits): Promise<EventPage>;
}

/**
 * By whoever tells webhooks. When a job that has one ends, that and the delivery of it are one commit. Each end of a job
 * is told before the next of the same job; deliveries are forgotten with their job.
 */
export interface JobDeliveries {
  /**
   * Those that are due, the key that waits longest first; at one host keys take turns. One that nothing is recorded of is due again
   * when its lease is over.
   */
  claimDeliveries(claim: DeliveryClaim, now: number): Promise<ClaimedDeliveries>;
  /** Counts only from the last try. */
  recordDelivery(
    lease: DeliveryLease,
    tried: Omit<DeliveryAttempt, "number">,
    next: DeliveryNext,
    now: number,
  ): Promise<Held>;
  /** The last ones, the newest first. */
  listDeliveries(jobId: string): Promise<readonly Delivery[]>;
  /**
   * The one that is to be told, or else the last one, is due now. Throws `not_found`, and `conflict` where there is none, or
   * where it is due or under way already, or was told less than 10 s ago.
   */
  redeliver(jobId: string, now: number): Promise<Delivery>;
}

export interface JobUpkeep {
  /** Queued again or ended is what nobody works on any more, ended what took too long, forgotten what was kept long enough. */
  sweep(now: number): Promise<Swept>;
  /**
   * After a gap, and before the next sweep: every lease begins anew, and no attempt is over before one lease's time. What a lost
   * worker had costs no attempt, as often as the job may be tried; from then on it does.
   */
  resume(gap: Gap, now: number): Promise<void>;
  /** Some of the results kept elsewhere that nobody needs any more, told until `blobsForgotten`. */
  unneededBlobs(): Promise<readonly string[]>;
  /** Those are gone where they were kept. */
  blobsForgotten(names: readonly string[]): Promise<void>;
  /** Of all endpoints that have jobs. */
  counts(): Promise<ReadonlyMap<string, JobCounts>>;
  /** What leases are signed with, kept where they are; the candidate, where there is none yet. */
  leaseSecret(candidate: string): Promise<string>;
  /**
   * Calls it after each change that is on the disk, until the returned function is called; maybe before an answer is seen
   * that was asked for earlier.
   */
  onChange(listener: (change: JobChange) => void): () => void;
}

export interface JobStore extends JobOrders, JobWork, JobReading, JobDeliveries, JobUpkeep {}
