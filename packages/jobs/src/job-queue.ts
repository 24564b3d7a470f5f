import { BerthError, hasJobEnded, type Job, type JobError, type JobProgress } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import type {
  ClaimedJob,
  Finished,
  Held,
  JobCall,
  JobChange,
  JobEvent,
  JobResult,
  JobStore,
  NewJob,
  Submitted,
  Swept,
} from "@berth/store";
import { LeaseTokens } from "./lease-tokens.ts";
import { Line, type Place } from "./line.ts";
import type { QueuePolicy } from "./queue-policy.ts";

export interface JobQueueOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  /** Each time another; later ones sort behind. */
  readonly newId: () => string;
  /** What leases are signed with. */
  readonly secret: string;
  /** Results that are kept elsewhere and that nobody needs any more. */
  readonly forgetBlobs: (names: readonly string[]) => Promise<void>;
}

export interface SubmitOrder {
  readonly endpointId: string;
  readonly keyId: string | null;
  readonly call: JobCall;
  readonly policy: QueuePolicy;
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
  readonly signal?: AbortSignal;
}

export interface TakenJob extends Omit<ClaimedJob, "lease"> {
  /** To be shown with everything that is said of it. */
  readonly lease: string;
}

/** How often the queue is looked after. */
const sweepMs = 1_000;
const eventsAtOnce = 500;
/** Whoever follows a job looks for itself so often, too. */
const lookAgainMs = 60_000;
/** Between attempts that failed. */
const retryPauses = { firstMs: 1_000, maxMs: 300_000, jitter: 0.2 };

/** The queue as everybody but its store sees it: nobody polls, and whoever waits is called. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #tokens: LeaseTokens;
  readonly #takers: Line;
  readonly #watchers: Line;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#tokens = new LeaseTokens(options.secret);
    this.#takers = new Line(options.clock);
    this.#watchers = new Line(options.clock);
    this.#stopListening = options.store.onChange((change) => this.#heard(change));
  }

  /** Resolves when the job is on the disk. */
  submit(order: SubmitOrder): Promise<Submitted> {
    const { store, clock, newId } = this.#options;
    const { policy, priority = 0, delayMs = 0, idempotency = null, webhookUrl = null } = order;
    const now = clock.now();
    const { ttlMs, executionTimeoutMs, maxAttempts, retentionMs, deadLetterMs, queueLimit } = policy;
    const job: NewJob = {
      id: newId(),
      endpointId: order.endpointId,
      keyId: order.keyId,
      priority,
      call: order.call,
      availableAt: now + delayMs,
      expiresAt: now + ttlMs,
      executionTimeoutMs,
      maxAttempts,
      retentionMs,
      deadLetterMs,
      idempotency,
      webhookUrl,
      queueLimit,
    };
    return store.submit(job, now);
  }

  /** Jobs to work on: at once where there are some, else as soon as one comes. None when the time is over. */
  async take(order: TakeOrder): Promise<readonly TakenJob[]> {
    const { store, clock } = this.#options;
    const { endpointId, workerId, limit, policy, signal } = order;
    const ends = this.#until(signal);
    const until = clock.monotonic() + order.waitMs;
    while (!ends.aborted) {
      const leftMs = until - clock.monotonic();
      // in line before it looks: what comes meanwhile is not missed
      const place = this.#takers.join(endpointId, Math.max(0, leftMs), ends);
      const claim = { endpointId, workerId, limit, leaseMs: policy.leaseMs };
      const claimed = await store.claim(claim, clock.now()).catch((error: unknown) => {
        this.#giveUp(place, endpointId);
        throw error;
      });
      if (claimed.length === 0 && leftMs > 0) {
        await place.over;
        continue;
      }
      this.#giveUp(place, endpointId);
      return claimed.map((taken) => ({ ...taken, lease: this.#tokens.tokenOf(taken.lease) }));
    }
    return [];
  }

  /** Of each lease, whether its worker still has the job. Throws `forbidden` for a lease that never was. */
  renew(
    renewals: readonly { readonly lease: string; readonly progress?: JobProgress }[],
    policy: QueuePolicy,
  ): Promise<readonly Held[]> {
    const { store, clock } = this.#options;
    const read = renewals.map(({ lease, ...more }) => ({ lease: this.#tokens.read(lease), ...more }));
    return store.renew(read, policy.leaseMs, clock.now());
  }

  append(lease: string, values: readonly Uint8Array[]): Promise<Held> {
    return this.#options.store.append(this.#tokens.read(lease), values, this.#options.clock.now());
  }

  complete(lease: string, result: JobResult): Promise<Finished> {
    const { store, clock } = this.#options;
    return store.finish(this.#tokens.read(lease), { kind: "completed", result }, clock.now());
  }

  /** Tried again where the endpoint's rules say so, after a pause. */
  fail(lease: string, error: JobError, policy: QueuePolicy): Promise<Finished> {
    const { store, clock } = this.#options;
    const read = this.#tokens.read(lease);
    const now = clock.now();
    const retryAt = policy.retriesFailures ? now + backoffMs(read.attempt, retryPauses) : null;
    return store.finish(read, { kind: "failed", error, retryAt }, now);
  }

  giveBack(lease: string): Promise<Finished> {
    const { store, clock } = this.#options;
    return store.finish(this.#tokens.read(lease), { kind: "given_back" }, clock.now());
  }

  /** The job when it has ended, or as it is when the time is over or the queue closes. Throws `not_found`. */
  async waitForEnd(id: string, waitMs: number, signal?: AbortSignal): Promise<Job> {
    const { clock } = this.#options;
    const ends = this.#until(signal);
    const until = clock.monotonic() + waitMs;
    for (;;) {
      const place = this.#watchers.join(id, Math.max(0, until - clock.monotonic()), ends);
      try {
        const job = await this.#job(id);
        if (hasJobEnded(job.status) || clock.monotonic() >= until || ends.aborted) return job;
        await place.over;
      } finally {
        place.leave();
      }
    }
  }

  /** What a job streams, from that event on, and how it ended. Ends early when the signal aborts. */
  async *follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent | Job> {
    const ends = this.#until(signal);
    let last = after;
    while (!ends.aborted) {
      const place = this.#watchers.join(id, lookAgainMs, ends);
      try {
        const job = await this.#job(id);
        const events = await this.#options.store.listEvents(id, last, eventsAtOnce);
        yield* events;
        last = events.at(-1)?.number ?? last;
        if (events.length < eventsAtOnce && hasJobEnded(job.status)) {
          yield job;
          return;
        }
        if (events.length === 0) await place.over;
      } finally {
        place.leave();
      }
    }
  }

  /** Looks after the queue until it is closed. Rejects only when `report` throws. */
  async keep(report: (error: unknown) => void): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.sweep();
      } catch (error) {
        report(error);
      }
      try {
        await this.#options.clock.sleep(sweepMs, this.#closing.signal);
      } catch {
        return;
      }
    }
  }

  async sweep(): Promise<void> {
    const { store, clock, forgetBlobs } = this.#options;
    let swept: Swept;
    do {
      swept = await store.sweep(clock.now());
      if (swept.blobs.length > 0) {
        await forgetBlobs(swept.blobs);
        await store.blobsForgotten(swept.blobs);
      }
    } while (swept.more && !this.#closing.signal.aborted);
  }

  /** Whoever waits gets nothing more. */
  close(): void {
    this.#stopListening();
    this.#closing.abort();
  }

  #heard({ jobId, endpointId, status }: JobChange): void {
    // new, had back, or ready now
    if (status === "QUEUED") this.#takers.callFirst(endpointId);
    this.#watchers.callAll(jobId);
  }

  /** Whoever has enough, or cannot go on, lets the next one have what it was called for. */
  #giveUp(place: Place, endpointId: string): void {
    if (place.leave()) this.#takers.callFirst(endpointId);
  }

  async #job(id: string): Promise<Job> {
    const job = await this.#options.store.getJob(id);
    if (job === undefined) throw new BerthError("not_found", `there is no job ${id}`, { param: "id" });
    return job;
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }
}
