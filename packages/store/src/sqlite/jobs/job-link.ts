import type { Delivery, DeliveryAttempt, Job } from "@berth/api";
import type {
  Claim,
  ClaimedDeliveries,
  ClaimedJob,
  DeliveryClaim,
  DeliveryLease,
  DeliveryNext,
  EventLimits,
  EventPage,
  Finished,
  Gap,
  Held,
  JobCallHead,
  JobChange,
  JobCounts,
  JobEnding,
  JobFilter,
  JobPage,
  JobPart,
  JobPiece,
  JobResult,
  JobResultHead,
  JobStore,
  Lease,
  NewJob,
  PieceMark,
  Renewal,
  Retry,
  Submitted,
  Swept,
} from "../../job-store.ts";
import { ThreadCalls } from "../thread-calls.ts";
import type { FromJobThread, JobCare, JobVerb, JobVerbs, ToJobThread } from "./job-messages.ts";

export interface JobLinkOptions {
  readonly path: string;
  /** The thread's program. */
  readonly thread: URL;
}

/** Of a purge, done in one commit: others get their turn in between. */
const purgedAtOnce = 1_000;

/** The queue as the rest of the process has it: everything is done by a thread of its own, many calls in one commit. */
export class JobLink implements JobStore {
  readonly #options: JobLinkOptions;
  readonly #listeners = new Set<(change: JobChange) => void>();
  readonly #thread: ThreadCalls<ToJobThread, FromJobThread>;

  constructor(options: JobLinkOptions) {
    this.#options = options;
    this.#thread = new ThreadCalls({
      program: options.thread,
      path: options.path,
      what: "the queue",
      onMessage: (message) => this.#receive(message),
    });
  }

  submit(job: NewJob, now: number): Promise<Submitted> {
    return this.#call("submit", { ...job, call: { ...job.call, body: ownBytes(job.call.body) } }, now);
  }

  cancel(id: string, now: number): Promise<Job> {
    return this.#call("cancel", id, now);
  }

  retry(id: string, retry: Retry, now: number): Promise<Job> {
    return this.#call("retry", id, retry, now);
  }

  async purge(endpointId: string, now: number): Promise<readonly string[]> {
    // what is submitted meanwhile stays
    const upTo = await this.#call("lastSequence");
    const purged: string[] = [];
    for (;;) {
      const some = await this.#call("purgeSome", endpointId, upTo, purgedAtOnce, now);
      purged.push(...some);
      if (some.length < purgedAtOnce) return purged;
    }
  }

  claim(claim: Claim, now: number): Promise<readonly ClaimedJob[]> {
    return this.#call("claim", claim, now);
  }

  renew(renewals: readonly Renewal[], now: number): Promise<readonly Held[]> {
    return this.#call("renew", renewals, now);
  }

  append(lease: Lease, first: number, values: readonly Uint8Array[], now: number): Promise<Held> {
    return this.#call("append", lease, first, values.map(ownBytes), now);
  }

  finish(lease: Lease, ending: JobEnding, now: number): Promise<Finished> {
    return this.#call("finish", lease, ownEnding(ending), now);
  }

  getJob(id: string): Promise<Job | undefined> {
    return this.#call("getJob", id);
  }

  listJobs(filter: JobFilter): Promise<JobPage> {
    return this.#call("listJobs", filter);
  }

  getCall(id: string): Promise<JobCallHead | undefined> {
    return this.#call("getCall", id);
  }

  getResult(id: string): Promise<JobResult | undefined> {
    return this.#call("getResult", id);
  }

  getResultHead(id: string): Promise<JobResultHead | undefined> {
    return this.#call("getResultHead", id);
  }

  readPiece(id: string, part: JobPart, from: PieceMark): Promise<JobPiece | undefined> {
    return this.#call("readPiece", id, part, from);
  }

  listEvents(id: string, after: number, limits: EventLimits): Promise<EventPage> {
    return this.#call("listEvents", id, after, limits);
  }

  waitingSince(endpointId: string): Promise<number | null> {
    return this.#call("waitingSince", endpointId);
  }

  claimDeliveries(claim: DeliveryClaim, now: number): Promise<ClaimedDeliveries> {
    return this.#call("claimDeliveries", claim, now);
  }

  recordDelivery(
    lease: DeliveryLease,
    tried: Omit<DeliveryAttempt, "number">,
    next: DeliveryNext,
    now: number,
  ): Promise<Held> {
    return this.#call("recordDelivery", lease, tried, next, now);
  }

  listDeliveries(jobId: string): Promise<readonly Delivery[]> {
    return this.#call("listDeliveries", jobId);
  }

  redeliver(jobId: string, now: number): Promise<Delivery> {
    return this.#call("redeliver", jobId, now);
  }

  sweep(now: number): Promise<Swept> {
    return this.#call("sweep", now);
  }

  async resume(gap: Gap, now: number): Promise<void> {
    await this.#call("resume", gap, now);
  }

  unneededBlobs(): Promise<readonly string[]> {
    return this.#call("unneededBlobs");
  }

  async blobsForgotten(names: readonly string[]): Promise<void> {
    await this.#call("blobsForgotten", names);
  }

  counts(): Promise<ReadonlyMap<string, JobCounts>> {
    return this.#call("counts");
  }

  leaseSecret(candidate: string): Promise<string> {
    return this.#call("leaseSecret", candidate);
  }

  onChange(listener: (change: JobChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As `Maintenance.backup`. */
  backup(target: string): Promise<{ readonly sizeBytes: number }> {
    return this.#care({ verb: "backup", target }) as Promise<{ readonly sizeBytes: number }>;
  }

  /** As `Maintenance.check`. */
  async check(): Promise<readonly string[]> {
    // it takes long where there is much: by another thread, so that leases are kept meanwhile
    const reader = new JobLink(this.#options);
    try {
      return (await reader.#care({ verb: "check" })) as readonly string[];
    } finally {
      await reader.close();
    }
  }

  /** Resolves when everything that was asked is answered. */
  close(): Promise<void> {
    return this.#thread.close((id) => ({ kind: "care", id, care: { verb: "close" } }));
  }

  #call<V extends JobVerb>(verb: V, ...args: Parameters<JobVerbs[V]>): Promise<ReturnType<JobVerbs[V]>> {
    const answer = this.#thread.ask((id) => ({ kind: "call", id, call: { verb, args } }));
    return answer as Promise<ReturnType<JobVerbs[V]>>;
  }

  #care(care: JobCare): Promise<unknown> {
    return this.#thread.ask((id) => ({ kind: "care", id, care }));
  }

  #receive({ answers, changes }: FromJobThread): void {
    for (const answer of answers) this.#thread.settle(answer);
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }
}

function ownEnding(ending: JobEnding): JobEnding {
  if (ending.kind !== "completed" || ending.result.body.kind !== "bytes") return ending;
  const body = { kind: "bytes", bytes: ownBytes(ending.result.body.bytes) } as const;
  return { ...ending, result: { ...ending.result, body } };
}

/** A view of a larger piece of memory would take all of that along to the thread. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
