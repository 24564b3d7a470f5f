import { LimitedKeys } from "./limited-keys.ts";
import type { TakenJob } from "./queue-orders.ts";
import type { QueueEndpoint, QueueEndpoints } from "./queue-endpoint.ts";
import { type QueuePolicy, queuePolicyOf } from "./queue-policy.ts";
import { type Called, runJob, type RunJobOptions, type StopReason } from "./run-job.ts";
import type { SeenWorkers } from "./seen-workers.ts";

export interface DispatchOptions extends RunJobOptions {
  readonly endpoints: QueueEndpoints;
  readonly workers: SeenWorkers;
  /** Told of what should not happen; the job is queued again when its lease lapses. */
  readonly report: (error: unknown) => void;
}

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

/** Whoever stands in line is called: this is only how long before it stands in line anew. */
const waitMs = 24 * 3_600_000;
const mostAtOnce = 100;
const pauseMs = 1_000;
/** Before others are called with the next jobs, where nobody could be: no longer than such a job waits. */
const restMs = 500;
/** As which worker the server itself has jobs: there is one server at a time. */
export const workerId = "dispatcher";

/** Takes one endpoint's jobs, as many as its replicas have room for, and calls it; until it is closed. */
export class EndpointDispatch {
  readonly #id: string;
  readonly #options: DispatchOptions;
  readonly #running = new Map<string, Running>();
  readonly #closing = new AbortController();
  readonly #taking: Promise<void>;
  /** So many jobs are waited for, at most. */
  #wanted = 0;
  /** Ends the wait for jobs. */
  #leave: AbortController | undefined;
  /** Ends the wait for room. */
  #wake: (() => void) | undefined;
  /** Nobody could be called: ends the wait until that is tried again. */
  #resting: AbortController | undefined;
  readonly #limited: LimitedKeys;

  constructor(id: string, options: DispatchOptions) {
    this.#id = id;
    this.#options = options;
    // whoever waits for jobs looks anew
    this.#limited = new LimitedKeys(options.clock, this.#closing.signal, () => this.#leave?.abort());
    this.#taking = this.#takeJobs();
  }

  /** Something is different about the endpoint. */
  changed(): void {
    this.#resting?.abort();
    this.#resting = undefined;
    this.#look();
  }

  /** A job has ended, by whomever. */
  ended(jobId: string): void {
    this.#running.get(jobId)?.stop.abort("over" satisfies StopReason);
  }

  /** Resolves when what it had is given back. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#leave?.abort();
    this.#wake?.();
    await this.#taking;
    for (const { stop } of this.#running.values()) stop.abort("stopping" satisfies StopReason);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #look(): void {
    const room = this.#room();
    if (room < this.#wanted) this.#leave?.abort();
    if (room > 0) this.#wake?.();
  }

  #endpoint(): QueueEndpoint | undefined {
    return this.#options.endpoints.get(this.#id);
  }

  #room(): number {
    const endpoint = this.#endpoint();
    if (endpoint?.isDispatched !== true || endpoint.isPaused || this.#closing.signal.aborted) return 0;
    if (this.#resting !== undefined) return 0;
    return Math.max(0, Math.min(mostAtOnce, endpoint.slots - this.#running.size));
  }

  async #takeJobs(): Promise<void> {
    while (!this.#closing.signal.aborted && !this.#options.queue.isClosed) {
      const room = this.#room();
      if (room === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      try {
        const endpoint = this.#endpoint();
        if (endpoint === undefined) continue;
        const policy = queuePolicyOf(endpoint.rules);
        for (const taken of await this.#take(room, policy)) this.#start(taken, policy);
      } catch (error) {
        this.#options.report(error);
        await this.#options.clock.sleep(pauseMs, this.#closing.signal).catch(() => undefined);
      }
    }
  }

  #take(room: number, policy: QueuePolicy): Promise<readonly TakenJob[]> {
    const { queue, workers } = this.#options;
    workers.asked(this.#id, workerId, workerId);
    const leave = (this.#leave = new AbortController());
    this.#wanted = room;
    return queue.take({
      endpointId: this.#id,
      workerId,
      limit: room,
      waitMs,
      policy,
      keyRoom: () => this.#limited.room(),
      signal: leave.signal,
    });
  }

  /** `leaseMs`: of the rules by which it was taken, which may be others by now. */
  #start(taken: TakenJob, { leaseMs }: QueuePolicy): void {
    const { workers } = this.#options;
    const endpoint = this.#endpoint();
    const { id, keyId } = taken.job;
    if (endpoint === undefined) return;
    this.#limited.began(keyId);
    const stop = new AbortController();
    const over = new AbortController();
    const renewing = this.#renew(taken, leaseMs, stop, over.signal);
    const ending = runJob(taken, endpoint, this.#options, stop.signal)
      .then((came) => this.#came(keyId, came))
      .catch((error: unknown) => this.#options.report(error))
      .finally(() => {
        over.abort();
        this.#running.delete(id);
        workers.letGo(id);
        this.#look();
      });
    this.#running.set(id, { stop, done: Promise.all([ending, renewing]) });
    workers.took(this.#id, workerId, [id], leaseMs, workerId);
  }

  #came(keyId: string | null, came: Called): void {
    switch (came.kind) {
      case "called":
        return this.#limited.ended(keyId);
      case "nobody":
        // which says nothing of its key
        this.#limited.ended(keyId);
        return this.#rest();
      case "limited":
        return this.#limited.refused(keyId, came.pauseMs);
    }
  }

  /** Whatever waits is not taken and given back meanwhile. */
  #rest(): void {
    if (this.#resting !== undefined) return;
    const resting = (this.#resting = new AbortController());
    void this.#options.clock
      .sleep(restMs, AbortSignal.any([resting.signal, this.#closing.signal]))
      .catch(() => undefined)
      .finally(() => {
        if (this.#resting !== resting) return;
        this.#resting = undefined;
        this.#look();
      });
  }

  /** Until it is over. What is not told now is told the next time. */
  async #renew(
    { job, lease }: TakenJob,
    leaseMs: number,
    stop: AbortController,
    over: AbortSignal,
  ): Promise<void> {
    const { queue, clock, workers, report } = this.#options;
    for (;;) {
      await clock.sleep(leaseMs / 3, over).catch(() => undefined);
      if (over.aborted) return;
      try {
        const [held] = await queue.renew([{ lease }]);
        workers.heard(job.id);
        if (held === "over") stop.abort("over" satisfies StopReason);
      } catch (error) {
        report(error);
      }
    }
  }
}
