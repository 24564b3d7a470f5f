import {
  BerthError,
  type EndpointHealth,
  hasJobEnded,
  type Job,
  jobStatuses,
  type JobStreamEvent,
  type SubmitJob,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { JobEvent, JobFilter, JobPage, JobStore } from "@berth/store";
import type { JobQueue } from "./job-queue.ts";
import type { JobReads } from "./job-reads.ts";
import { isOwners, type QueueCaller, type QueueEndpoints } from "./queue-endpoint.ts";
import { type OwnRules, ownTermsOf, submitPolicyOf } from "./queue-policy.ts";
import { mostAllowed, requireAllowed } from "./require-allowed.ts";
import type { SeenWorkers } from "./seen-workers.ts";
import { submitCall, type SubmitParts } from "./submit-call.ts";

export interface CallerJobsOptions extends SubmitParts {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly endpoints: QueueEndpoints;
  readonly workers: SeenWorkers;
  readonly reads: JobReads;
  readonly clock: Pick<Clock, "now">;
}

/** What a job was given or has left. */
export interface JobBody {
  readonly contentType: string;
  readonly bytes: number;
  /** As `JobReads.read`. */
  readonly body: AsyncGenerator<Uint8Array>;
}

/** Something of a job's stream, and the number to go on behind where it has one. */
export interface StreamedEvent {
  readonly number: number | null;
  readonly event: JobStreamEvent;
}

const usualPath = "/predict";
const usualLimit = 100;

/** Jobs as those have them who submit them: each is shown to the key that submitted it, and to admin keys; to others it is not there. */
export class CallerJobs {
  readonly #options: CallerJobsOptions;

  constructor(options: CallerJobsOptions) {
    this.#options = options;
  }

  /** Queues a call; resolves when it is on the disk. */
  async submit(
    reference: string,
    order: SubmitJob,
    caller: QueueCaller,
    idempotencyKey?: string,
  ): Promise<Job> {
    const endpoint = this.#options.endpoints.find(reference, caller);
    const { input, path = usualPath, ...wishes } = order;
    if (input === undefined)
      throw new BerthError("invalid_request", "input: say what the endpoint gets, any JSON", {
        param: "input",
      });
    if (
      wishes.idempotencyKey !== undefined &&
      idempotencyKey !== undefined &&
      wishes.idempotencyKey !== idempotencyKey
    )
      throw new BerthError(
        "invalid_request",
        "idempotencyKey: the header Idempotency-Key says another: send one",
        {
          param: "idempotencyKey",
        },
      );
    const call = { path, contentType: "application/json", body: Buffer.from(JSON.stringify(input)) };
    const key = wishes.idempotencyKey ?? idempotencyKey;
    return submitCall(this.#options, endpoint, caller, call, { ...wishes, idempotencyKey: key });
  }

  /** The caller's own, or everybody's where the caller is admin; those of one endpoint where that is named. */
  async list(
    filter: Partial<Omit<JobFilter, "keyId" | "endpointId">>,
    caller: QueueCaller,
    reference?: string,
  ): Promise<JobPage> {
    const { store, endpoints } = this.#options;
    const endpointId = reference === undefined ? undefined : endpoints.find(reference, caller).id;
    const keyId = isAdmin(caller) ? undefined : caller.keyId;
    return store.listJobs({ ...filter, endpointId, keyId, limit: Math.max(1, filter.limit ?? usualLimit) });
  }

  /** Cancels what is queued. Resolves to ids. */
  purge(reference: string, caller: QueueCaller): Promise<readonly string[]> {
    const { store, endpoints, clock } = this.#options;
    return store.purge(endpoints.find(reference, caller).id, clock.now());
  }

  /** Who the workers are is for admins and the endpoint's owner. */
  async health(reference: string, caller: QueueCaller): Promise<EndpointHealth> {
    const { store, endpoints, workers, clock } = this.#options;
    const endpoint = endpoints.find(reference, caller);
    const { id } = endpoint;
    const isTheirs = isOwners(endpoint, caller);
    const [all, since] = await Promise.all([store.counts(), store.waitingSince(id)]);
    const jobs = Object.fromEntries(jobStatuses.map((status) => [status, all.get(id)?.[status] ?? 0]));
    return {
      jobs: jobs as EndpointHealth["jobs"],
      // whatever has failed is kept as one
      deadLetters: jobs["FAILED"] ?? 0,
      oldestWaitMs: since === null ? null : Math.max(0, clock.now() - since),
      workers: workers.list(id).map((one) => (isTheirs ? one : { ...one, id: null, about: null })),
    };
  }

  /** In that order; those that are not there are left out. */
  async getMany(ids: readonly string[], caller: QueueCaller): Promise<Job[]> {
    const jobs = await Promise.all([...new Set(ids)].map((id) => this.#options.store.getJob(id)));
    return jobs.filter((job) => job !== undefined).filter((job) => maySee(job, caller));
  }

  /** As it is, or when it has ended or the time is over. */
  async get(id: string, caller: QueueCaller, waitMs = 0, signal?: AbortSignal): Promise<Job> {
    const job = await this.#require(id, caller);
    return waitMs === 0 ? job : this.#options.queue.waitForEnd(id, waitMs, signal);
  }

  /** What was submitted. */
  async input(id: string, caller: QueueCaller): Promise<JobBody> {
    await this.#require(id, caller);
    const { store, reads } = this.#options;
    const call = await store.getCall(id);
    if (call === undefined) throw noJob(id);
    const { contentType, bytes } = call;
    return { contentType, bytes, body: reads.read({ id, part: "input", bytes, keyId: caller.keyId }) };
  }

  /** What the job left. Throws `conflict`, with its status and error, while it has left nothing. */
  async result(
    id: string,
    caller: QueueCaller,
    waitMs = 0,
    signal?: AbortSignal,
  ): Promise<JobBody & { readonly status: number }> {
    const { status, error } = await this.get(id, caller, waitMs, signal);
    const { store, reads } = this.#options;
    const result = await store.getResultHead(id);
    if (result !== undefined) {
      const { bytes, blob, ...head } = result;
      return { ...head, bytes, body: reads.read({ id, part: "result", bytes, blob, keyId: caller.keyId }) };
    }
    throw new BerthError(
      "conflict",
      `job ${id} is ${status} and has no result${error === null ? "" : `: ${error.message}`}`,
      {
        param: "id",
        details: { status, error },
      },
    );
  }

  /** What it yields from behind that event on, how far it is, and how it ends. Throws what is wrong at once. */
  async stream(
    id: string,
    caller: QueueCaller,
    after: number,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<StreamedEvent>> {
    await this.#require(id, caller);
    const { queue, reads } = this.#options;
    return asStream(queue.follow(id, after, signal, (bytes) => reads.hold(bytes, caller.keyId)));
  }

  /** One that has ended stays as it is. */
  async cancel(id: string, caller: QueueCaller): Promise<Job> {
    await this.#require(id, caller);
    return this.#options.store.cancel(id, this.#options.clock.now());
  }

  /**
   * Queues it once more: by these rules, else those that it has of its own as far as its endpoint allows them today, else its
   * endpoint's. Throws `conflict` when that is gone, and as a submission does.
   */
  async retry(id: string, caller: QueueCaller, wishes: OwnRules = {}): Promise<Job> {
    const { store, endpoints, clock, requireDisk, charge } = this.#options;
    const { endpointId } = await this.#require(id, caller);
    if (endpoints.get(endpointId) === undefined)
      throw new BerthError("conflict", `the endpoint of job ${id} is gone: submit it to another one`, {
        param: "id",
      });
    const endpoint = endpoints.find(endpointId, caller);
    requireAllowed(endpoint, caller, wishes);
    const { queueLimit, keyLimit, bytesLimit, keyBytesLimit, ...terms } = submitPolicyOf(endpoint, caller);
    const limits = { queueLimit, keyLimit, bytesLimit, keyBytesLimit };
    const own = ownTermsOf(wishes);
    requireDisk();
    // as a submission of it
    if (!endpoint.isDispatched) charge(caller.keyId);
    return store.retry(id, { own, terms, most: mostAllowed(endpoint, caller), ...limits }, clock.now());
  }

  /** Of an endpoint that is gone: nothing of it waits or runs any more. Resolves to how many were cancelled. */
  async cancelAll(endpointId: string): Promise<number> {
    const { store, workers, clock } = this.#options;
    let cancelled = 0;
    for (;;) {
      const counts = (await store.counts()).get(endpointId);
      if (counts === undefined || counts.QUEUED + counts.RUNNING === 0) break;
      // what is given back meanwhile is queued again
      const { jobs } = await store.listJobs({ endpointId, status: "RUNNING", limit: usualLimit });
      await Promise.all(jobs.map(({ id }) => store.cancel(id, clock.now())));
      cancelled += jobs.length + (await store.purge(endpointId, clock.now())).length;
    }
    workers.forget(endpointId);
    return cancelled;
  }

  async #require(id: string, caller: QueueCaller): Promise<Job> {
    const job = await this.#options.store.getJob(id);
    // who may not see it learns not even that it is there
    if (job === undefined || !maySee(job, caller)) throw noJob(id);
    return job;
  }
}

async function* asStream(followed: AsyncIterable<JobEvent | Job>): AsyncGenerator<StreamedEvent> {
  for await (const one of followed) {
    if ("kind" in one) yield { number: one.number, event: streamedOf(one) };
    else if (hasJobEnded(one.status)) yield { number: null, event: { type: "end", job: one } };
    else yield { number: null, event: { type: "progress", progress: one.progress, status: one.status } };
  }
}

function streamedOf({ kind, data }: JobEvent): JobStreamEvent {
  switch (kind) {
    case "restart":
      return { type: "restart" };
    case "value":
      return { type: "value", value: JSON.parse(Buffer.from(data).toString()) as unknown };
  }
}

function isAdmin({ scopes }: QueueCaller): boolean {
  return scopes.includes("admin");
}

function maySee({ keyId }: Job, caller: QueueCaller): boolean {
  return keyId === caller.keyId || isAdmin(caller);
}

function noJob(id: string): BerthError {
  return new BerthError("not_found", `there is no job ${id}`, { param: "id" });
}
