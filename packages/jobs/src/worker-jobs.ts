import { BerthError, type JobError, type TakeJobs } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { Finished, Held, JobStore } from "@berth/store";
import type { JobQueue } from "./job-queue.ts";
import type { LeaseRenewal, TakenJob } from "./queue-orders.ts";
import type { QueueCaller, QueueEndpoint, QueueEndpoints } from "./queue-endpoint.ts";
import { queuePolicyOf } from "./queue-policy.ts";
import type { Results, WholeResult } from "./results.ts";
import type { SeenWorkers } from "./seen-workers.ts";

export interface WorkerJobsOptions {
  readonly queue: JobQueue;
  readonly store: Pick<JobStore, "getJob">;
  readonly endpoints: QueueEndpoints;
  readonly results: Results;
  readonly workers: SeenWorkers;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  /** Whether that key opens anything still. */
  readonly isLive: (keyId: string) => boolean;
}

/** How a job ends whose key is gone: nobody works for it any more. */
export const keyIsGone = {
  code: "invalid_api_key",
  message: "the key that submitted this job is revoked or has expired",
} as const;

/** A job as its worker gets it, with how often it must be renewed at least. */
export interface HandedJob extends TakenJob {
  readonly leaseMs: number;
}

/** Jobs as those have them who work on them, wherever they are. A lease is all that they show: nobody else has it. */
export class WorkerJobs {
  readonly #options: WorkerJobsOptions;

  constructor(options: WorkerJobsOptions) {
    this.#options = options;
  }

  /**
   * Jobs to work on, as soon as there are some; of a paused endpoint, when it goes on. None when the time is over. Those whose key
   * is gone end in place of being handed out.
   */
  async take(
    reference: string,
    { workerId, limit, waitSeconds, secondsLeft, about }: TakeJobs,
    caller: QueueCaller,
    signal: AbortSignal,
  ): Promise<readonly HandedJob[]> {
    const { queue, endpoints, workers, clock } = this.#options;
    const { id } = endpoints.findForWork(reference, caller);
    workers.asked(id, workerId, "worker", about);
    const until = clock.monotonic() + waitSeconds * 1000;
    for (;;) {
      const endpoint = this.#require(id);
      const policy = queuePolicyOf(endpoint.rules);
      const waitMs = Math.max(0, until - clock.monotonic());
      using change = this.#onceOther(endpoint);
      const ends = AbortSignal.any([signal, change.signal]);
      // whoever waits is not left waiting when it goes on, nor given anything when it pauses
      const leftMs =
        secondsLeft === undefined ? undefined : secondsLeft * 1000 - (waitSeconds * 1000 - waitMs);
      const taken = endpoint.isPaused
        ? await this.#wait(waitMs, ends)
        : await queue.take({
            endpointId: id,
            workerId,
            limit,
            waitMs,
            policy,
            leftMs,
            signal: ends,
          });
      workers.asked(id, workerId, "worker");
      const live = await this.#ofLiveKeys(taken);
      if (live.length > 0) {
        const ids = live.map(({ job }) => job.id);
        workers.took(id, workerId, ids, policy.leaseMs);
        return live.map((job) => ({ ...job, leaseMs: policy.leaseMs }));
      }
      // there may be others behind them
      if (taken.length > 0) continue;
      if (signal.aborted || queue.isClosed || clock.monotonic() >= until) return [];
    }
  }

  /** For each, in that order, whether it is still held. Throws `forbidden` when one of them was never given to anybody. */
  async renew(workerId: string, renewals: readonly LeaseRenewal[]): Promise<readonly Held[]> {
    const { queue } = this.#options;
    const held = await queue.renew(renewals);
    await Promise.all(
      renewals.map(({ lease }, index) => this.#heard(queue.jobIdOf(lease), workerId, held[index] ?? "over")),
    );
    return held;
  }

  /** As `JobQueue.append`. */
  append(lease: string, first: number, values: readonly unknown[]): Promise<Held> {
    return this.#options.queue.append(
      lease,
      first,
      values.map((value) => Buffer.from(JSON.stringify(value))),
    );
  }

  complete(lease: string, result: WholeResult): Promise<Finished> {
    return this.#options.results.complete(lease, result);
  }

  /** What was appended is the result, as one JSON array. */
  completeStreamed(lease: string, status: number): Promise<Finished> {
    return this.#options.queue.complete(lease, {
      status,
      contentType: "application/json",
      body: { kind: "events" },
    });
  }

  /** Tried again where the endpoint's rules say so. */
  async fail(lease: string, error: JobError): Promise<Finished> {
    const { queue, store, endpoints } = this.#options;
    const job = await store.getJob(queue.jobIdOf(lease));
    const isTriedAgain = job !== undefined && endpoints.get(job.endpointId)?.rules.retriesFailures === true;
    return queue.fail(lease, error, isTriedAgain ? { attempts: job.attempts } : null);
  }

  giveBack(lease: string): Promise<Finished> {
    return this.#options.queue.giveBack(lease);
  }

  async #ofLiveKeys(taken: readonly TakenJob[]): Promise<readonly TakenJob[]> {
    const { queue, isLive } = this.#options;
    const isOfLiveKey = ({ job: { keyId } }: TakenJob): boolean => keyId === null || isLive(keyId);
    const ended = taken.filter((one) => !isOfLiveKey(one));
    const error = { ...keyIsGone, details: null };
    await Promise.all(ended.map(({ lease }) => queue.fail(lease, error, null)));
    return taken.filter(isOfLiveKey);
  }

  #require(endpointId: string): QueueEndpoint {
    const endpoint = this.#options.endpoints.get(endpointId);
    if (endpoint === undefined)
      throw new BerthError("not_found", `the endpoint ${endpointId} is gone`, { param: "id" });
    return endpoint;
  }

  /** Aborts when the endpoint pauses or goes on, or is gone. */
  #onceOther({ id, isPaused }: QueueEndpoint): { readonly signal: AbortSignal } & Disposable {
    const { endpoints } = this.#options;
    const changed = new AbortController();
    const unwatch = endpoints.watch(() => {
      if (endpoints.get(id)?.isPaused !== isPaused) changed.abort();
    });
    return { signal: changed.signal, [Symbol.dispose]: unwatch };
  }

  async #wait(ms: number, signal: AbortSignal): Promise<readonly TakenJob[]> {
    if (ms === 0) return [];
    await this.#options.clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return [];
  }

  /** After a restart nobody remembers who has what: it is learned again. */
  async #heard(jobId: string, workerId: string, held: Held): Promise<void> {
    const { workers, store, endpoints } = this.#options;
    if (held === "over") return workers.letGo(jobId);
    if (workers.heard(jobId)) return;
    const endpoint = endpoints.get((await store.getJob(jobId))?.endpointId ?? "");
    if (endpoint !== undefined)
      workers.took(endpoint.id, workerId, [jobId], queuePolicyOf(endpoint.rules).leaseMs);
  }
}
