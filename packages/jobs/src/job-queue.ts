import { BerthError, hasJobEnded, type Job, type JobError, type JobProgress } from "@berth/api";
import { cutJobError, cutJobProgress } from "@berth/api/job-words";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import type {
  ClaimedJob,
  Finished,
  Held,
  JobCall,
  JobChange,
  JobEnding,
  JobEvent,
  JobResult,
  JobStore,
  Lease,
  NewJob,
  Submitted,
  Swept,
} from "@berth/store";
import { LeaseTokens } from "./lease-tokens.ts";
import { Line } from "./line.ts";
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
  /** Throws what is wrong with an address that the end of a job is to be told at. */
  readonly checkWebhook?: (url: string) => void;
}

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

/** Whether a failure is tried again, and after what pause at least. */
export interface Again {
  readonly again: boolean;
  readonly pauseMs?: number | undefined;
}

/** Why what is given back is not to be taken at once, and how long not, where that is known. */
export interface Later {
  readonly error: JobError;
  readonly pauseMs: number | undefined;
}

/** How often the queue is looked after. */
const sweepMs = 1_000;
/** Looked after so much later, or earlier, than that, it was away, or its clock was set: nobody could keep a lease. */
const lateMs = 2_000;
const eventsAtOnce = { count: 500, bytes: 1024 * 1024 };
/** Whoever follows a job looks for itself so often, too. */
const lookAgainMs = 60_000;
/** Between attempts that failed. */
const retryPauses = { firstMs: 1_000, maxMs: 300_000, jitter: 0.2 };
/** Of what nobody has begun to work on; what says when to come again is believed up to so long. */
const laterPauses = { firstMs: 1_000, maxMs: 30_000, jitter: 0.2 };
const longestLaterMs = 300_000;

/** The queue as everybody but its store sees it: nobody polls, and whoever waits is called. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #tokens: LeaseTokens;
  /** Called for how long a job may take. */
  readonly #takers: Line<number>;
  readonly #watchers: Line<void>;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  readonly #closed = new Promise<"closed">((resolve) => {
    this.#closing.signal.addEventListener("abort", () => resolve("closed"));
  });
  /** When the queue was looked after last. */
  #seen: { readonly now: number; readonly monotonic: number } | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#tokens = new LeaseTokens(options.secret);
    this.#takers = new Line(options.clock);
    this.#watchers = new Line(options.clock);
    this.#stopListening = options.store.onChange((change) => this.#heard(change));
  }

  /** Nothing is handed out any more. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Resolves when the job is on the disk. */
  async submit(order: SubmitOrder): Promise<Submitted> {
    const { store, clock, newId, checkWebhook } = this.#options;
    const { policy, own = {}, priority = 0, delayMs = 0, idempotency = null, webhookUrl = null } = order;
    if (webhookUrl !== null) checkWebhook?.(webhookUrl);
    const now = clock.now();
    const { ttlMs, executionTimeoutMs, maxAttempts, retentionMs, deadLetterMs } = policy;
    const { queueLimit, keyLimit, bytesLimit } = policy;
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
      keyLimit,
      bytesLimit,
      own,
    };
    return store.submit(job, now);
  }

  /**
   * Jobs to work on: at once where there are some, else as soon as one comes. None when the time is over; who leaves while
   * jobs are handed out has taken none.
   */
  async take(order: TakeOrder): Promise<readonly TakenJob[]> {
    const { clock } = this.#options;
    const ends = this.#until(order.signal);
    const begun = clock.monotonic();
    const leftMs = (): number => (order.leftMs ?? Infinity) - (clock.monotonic() - begun);
    const suits = (executionMs: number): boolean => executionMs <= leftMs();
    // whoever has enough, or cannot go on, lets the next one have what it was called for
    const pass = (executionMs: number | undefined): void => {
      if (executionMs !== undefined) this.#takers.callFirst(order.endpointId, executionMs);
    };
    let calledFor: number | undefined;
    while (!ends.aborted) {
      const waitMs = order.waitMs - (clock.monotonic() - begun);
      // in line before it looks: what comes meanwhile is not missed
      const place = this.#takers.join(order.endpointId, Math.max(0, waitMs), ends, suits);
      const claimed = await this.#claim(order, leftMs()).catch((error: unknown) => {
        pass(calledFor);
        pass(place.leave());
        throw error;
      });
      // it was there in time when it was called, and has too little by now
      if (claimed.length === 0 && calledFor !== undefined && !suits(calledFor)) pass(calledFor);
      if (claimed.length === 0 && waitMs > 0) {
        await place.over;
        calledFor = place.leave();
        continue;
      }
      pass(place.leave());
      if (!ends.aborted)
        return claimed.map(({ lease, ...job }) => ({
          ...job,
          lease: this.#tokens.tokenOf(lease),
          attempt: lease.attempt,
        }));
      await Promise.all(claimed.map(({ lease }) => this.#finish(lease, { kind: "given_back" })));
      return [];
    }
    pass(calledFor);
    return [];
  }

  /** Whose job it is. Throws `forbidden` for a lease that never was. */
  jobIdOf(lease: string): string {
    return this.#tokens.read(lease).jobId;
  }

  /** Of each lease, whether its worker still has the job. Throws `forbidden` for a lease that never was. */
  async renew(renewals: readonly LeaseRenewal[]): Promise<readonly Held[]> {
    const read = renewals.map(({ lease, progress }) => ({
      lease: this.#tokens.read(lease),
      ...(progress === undefined ? {} : { progress: cutJobProgress(progress) }),
    }));
    return this.#options.store.renew(read, this.#options.clock.now());
  }

  /**
   * Adds to what the job streams. `first`: the number of the first of these within the attempt, from 1; what is there already
   * is passed over. Throws `conflict` when some before it are missing.
   */
  async append(lease: string, first: number, values: readonly Uint8Array[]): Promise<Held> {
    return this.#options.store.append(this.#tokens.read(lease), first, values, this.#options.clock.now());
  }

  async complete(lease: string, result: JobResult): Promise<Finished> {
    return this.#finish(this.#tokens.read(lease), { kind: "completed", result });
  }

  /** What is tried again is so after a pause that grows. */
  async fail(lease: string, error: JobError, { again, pauseMs = 0 }: Again): Promise<Finished> {
    const read = this.#tokens.read(lease);
    const backMs = Math.max(pauseMs, backoffMs(read.attempt, retryPauses));
    const retryAt = again ? this.#options.clock.now() + backMs : null;
    return this.#finish(read, { kind: "failed", error: cutJobError(error), retryAt });
  }

  /** As if nobody had taken it; where it is to wait, what for is told. */
  async giveBack(lease: string, later?: Later): Promise<Finished> {
    const read = this.#tokens.read(lease);
    if (later === undefined) return this.#finish(read, { kind: "given_back" });
    const ownMs = backoffMs(read.attempt, laterPauses);
    const askedMs = Math.min(later.pauseMs ?? 0, longestLaterMs);
    const readyAt = this.#options.clock.now() + askedMs + ownMs;
    return this.#finish(read, { kind: "given_back", later: { error: later.error, readyAt } });
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

  /**
   * What a job streams, from that event on; the job itself as it is at first, whenever its status or progress is another,
   * and at its end, which is the last. Ends early when the signal aborts. `hold`: for what is in memory until the next is asked
   * for; throws when there is no room for it.
   */
  async *follow(
    id: string,
    after: number,
    signal: AbortSignal,
    hold: (bytes: number) => Disposable,
  ): AsyncGenerator<JobEvent | Job> {
    const ends = this.#until(signal);
    let last = after;
    let told = "";
    while (!ends.aborted) {
      const place = this.#watchers.join(id, lookAgainMs, ends);
      try {
        const job = await this.#job(id);
        const seen = yield* this.#events(id, last, hold);
        const isLast = seen === last && hasJobEnded(job.status);
        const state = JSON.stringify([job.status, job.progress]);
        if (isLast || (state !== told && !hasJobEnded(job.status))) yield job;
        if (isLast) return;
        told = state;
        if (seen === last) await place.over;
        last = seen;
      } finally {
        place.leave();
      }
    }
  }

  /** Before anything is taken: whoever works on a job goes on, but for that worker, which was of the process before this one. */
  async open(lostWorkerId: string): Promise<void> {
    await this.#resume(0, lostWorkerId);
  }

  /** Looks after the queue until it is closed. Rejects only when `report` throws. */
  async keep(report: (error: unknown) => void): Promise<void> {
    await Promise.all([
      this.#again(async () => {
        await this.#resumeIfAway();
        await this.sweep();
        this.#seen = this.#moment();
      }, report),
      // where they are may be out of reach: nothing else waits for that
      this.#again(() => this.#forgetBlobs(), report),
    ]);
  }

  async sweep(): Promise<void> {
    const { store, clock } = this.#options;
    let swept: Swept;
    do swept = await store.sweep(clock.now());
    while (swept.more && !this.#closing.signal.aborted);
  }

  /** Whoever waits gets nothing more. */
  close(): void {
    this.#stopListening();
    this.#closing.abort();
  }

  /** Some of those after that number, and returns the number of the last of them. */
  async *#events(
    id: string,
    after: number,
    hold: (bytes: number) => Disposable,
  ): AsyncGenerator<JobEvent, number> {
    const { store } = this.#options;
    const page = await store.listEvents(id, after, eventsAtOnce);
    using _held = hold(page.tooLarge ?? bytesOf(page.events));
    const { events } =
      page.tooLarge === null ? page : await store.listEvents(id, after, { count: 1, bytes: page.tooLarge });
    yield* events;
    return events.at(-1)?.number ?? after;
  }

  /** Does it now and then, until the queue is closed. */
  async #again(act: () => Promise<void>, report: (error: unknown) => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await act().catch(report);
      await this.#options.clock.sleep(sweepMs, signal).catch(() => undefined);
    }
  }

  async #resumeIfAway(): Promise<void> {
    const { now, monotonic } = this.#moment();
    const passedMs = this.#seen === undefined ? 0 : now - this.#seen.now;
    if (this.#seen !== undefined && passedMs > -lateMs && passedMs < sweepMs + lateMs) return;
    await this.#resume(this.#seen === undefined ? 0 : passedMs - (monotonic - this.#seen.monotonic), null);
  }

  async #resume(leapMs: number, lostWorkerId: string | null): Promise<void> {
    const seen = this.#moment();
    await this.#options.store.resume({ leapMs: Math.round(leapMs), lostWorkerId }, seen.now);
    this.#seen = seen;
  }

  #moment(): { readonly now: number; readonly monotonic: number } {
    const { clock } = this.#options;
    return { now: clock.now(), monotonic: clock.monotonic() };
  }

  async #forgetBlobs(): Promise<void> {
    const { store, forgetBlobs } = this.#options;
    for (;;) {
      const names = await store.unneededBlobs();
      if (names.length === 0) return;
      // those that it is not known of are told again after the next start
      if ((await Promise.race([forgetBlobs(names), this.#closed])) === "closed") return;
      await store.blobsForgotten(names);
    }
  }

  #heard({ jobId, endpointId, executionTimeoutMs }: JobChange): void {
    // new, had back, or ready now
    if (executionTimeoutMs !== undefined) this.#takers.callFirst(endpointId, executionTimeoutMs);
    this.#watchers.callAll(jobId);
  }

  #claim(order: TakeOrder, leftMs: number): Promise<readonly ClaimedJob[]> {
    const { endpointId, workerId, limit, policy } = order;
    const mostExecutionMs = leftMs === Infinity ? undefined : leftMs;
    const claim = { endpointId, workerId, limit, leaseMs: policy.leaseMs, mostExecutionMs };
    return this.#options.store.claim(claim, this.#options.clock.now());
  }

  #finish(lease: Lease, ending: JobEnding): Promise<Finished> {
    return this.#options.store.finish(lease, ending, this.#options.clock.now());
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

function bytesOf(events: readonly JobEvent[]): number {
  return events.reduce((bytes, { data }) => bytes + data.length, 0);
}
