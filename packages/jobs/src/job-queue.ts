import { BerthError, hasJobEnded, type Job, type JobError } from "@berth/api";
import { cutJobError, cutJobProgress } from "@berth/api/job-words";
import { backoffMs } from "@berth/std/backoff";
import type {
  ClaimedJob,
  Finished,
  Held,
  JobChange,
  JobEnding,
  JobEvent,
  JobResult,
  Lease,
  NewJob,
  Submitted,
} from "@berth/store";
import { LeaseTokens } from "./lease-tokens.ts";
import { Line } from "./line.ts";
import type { Again, Later, LeaseRenewal, SubmitOrder, TakenJob, TakeOrder } from "./queue-orders.ts";
import { QueueUpkeep, type QueueUpkeepOptions } from "./queue-upkeep.ts";

export interface JobQueueOptions extends QueueUpkeepOptions {
  /** Each time another; later ones sort behind. */
  readonly newId: () => string;
  /** What leases are signed with. */
  readonly secret: string;
  /** Throws what is wrong with an address that the end of a job is to be told at. */
  readonly checkWebhook?: (url: string) => void;
}

const eventsAtOnce = { count: 500, bytes: 1024 * 1024 };
/** Whoever follows a job looks for itself so often, too. */
const lookAgainMs = 60_000;
/** Between attempts that failed. */
const retryPauses = { firstMs: 1_000, maxMs: 300_000, jitter: 0.2 };
/** Of what nobody has begun to work on; what says when to come again is believed up to so long. */
const laterPauses = { firstMs: 1_000, maxMs: 30_000, jitter: 0.2 };
export const longestLaterMs = 300_000;

/** The queue as everybody but its store sees it: nobody polls, and whoever waits is called. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #tokens: LeaseTokens;
  /** Called for how long a job may take. */
  readonly #takers: Line<number>;
  readonly #watchers: Line<void>;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  readonly #upkeep: QueueUpkeep;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#upkeep = new QueueUpkeep(options, this.#closing.signal);
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
    const { queueLimit, keyLimit, bytesLimit, keyBytesLimit } = policy;
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
      keyBytesLimit,
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
  async fail(lease: string, error: JobError, again: Again | null): Promise<Finished> {
    const read = this.#tokens.read(lease);
    const retryAt = again === null ? null : this.#options.clock.now() + pauseOf(again);
    return this.#finish(read, { kind: "failed", error: cutJobError(error), retryAt });
  }

  /** As if nobody had taken it; where it is to wait, what for is told. */
  async giveBack(lease: string, later?: Later): Promise<Finished> {
    const read = this.#tokens.read(lease);
    if (later === undefined) return this.#finish(read, { kind: "given_back" });
    const ownMs = backoffMs(later.times, laterPauses);
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

  /** As `QueueUpkeep.open`. */
  open(lostWorkerId: string): Promise<void> {
    return this.#upkeep.open(lostWorkerId);
  }

  /** As `QueueUpkeep.keep`. */
  keep(report: (error: unknown) => void): Promise<void> {
    return this.#upkeep.keep(report);
  }

  /** As `QueueUpkeep.sweep`. */
  sweep(): Promise<void> {
    return this.#upkeep.sweep();
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

  #heard({ jobId, endpointId, executionTimeoutMs }: JobChange): void {
    // new, had back, or ready now
    if (executionTimeoutMs !== undefined) this.#takers.callFirst(endpointId, executionTimeoutMs);
    this.#watchers.callAll(jobId);
  }

  #claim(order: TakeOrder, leftMs: number): Promise<readonly ClaimedJob[]> {
    const { endpointId, workerId, limit, policy } = order;
    const mostExecutionMs = leftMs === Infinity ? undefined : leftMs;
    const keyRoom = order.keyRoom?.();
    const claim = { endpointId, workerId, limit, leaseMs: policy.leaseMs, mostExecutionMs, keyRoom };
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

function pauseOf({ attempts, pauseMs = 0 }: Again): number {
  return Math.max(pauseMs, backoffMs(attempts, retryPauses));
}

function bytesOf(events: readonly JobEvent[]): number {
  return events.reduce((bytes, { data }) => bytes + data.length, 0);
}
