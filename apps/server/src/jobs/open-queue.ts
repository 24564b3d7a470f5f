import type { Changes } from "@berth/control";
import type { Principal } from "@berth/gateway";
import {
  AllowedHosts,
  type Blobs,
  CallerJobs,
  checkWebhookUrl,
  Dispatcher,
  dispatcherId,
  JobQueue,
  JobReads,
  type QueueEndpoints,
  Results,
  SeenWorkers,
  toldBlobs,
  Webhooks,
  type WebhookSecrets,
  webhookSender,
  WorkerJobs,
} from "@berth/jobs";
import type { Clock } from "@berth/std/clock";
import type { Room } from "@berth/std/room";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import type { JobStore } from "@berth/store";
import { acceptAsync, type AcceptAsync } from "./accept-async.ts";
import { loopbackEndpoints } from "./call-endpoint.ts";
import type { ChargeRequest } from "./charge-request.ts";
import { deliveryHandlers, type DeliveryHandlers } from "./delivery-handlers.ts";
import { DispatchPass } from "./dispatch-pass.ts";
import { FreeDisk, type FreeDiskOptions } from "./free-disk.ts";
import { jobHandlers, type JobHandlers } from "./job-handlers.ts";
import { JobNews, type OpenJobs } from "./job-news.ts";
import { workerHandlers, type WorkerHandlers } from "./worker-handlers.ts";

export interface QueueSources {
  readonly store: JobStore;
  readonly endpoints: QueueEndpoints;
  readonly blobs: Blobs;
  readonly changes: Changes;
  readonly clock: Clock;
  /** What leases are signed with. */
  readonly leaseSecret: string;
  /** This server's own address, once it listens. */
  readonly url: () => string;
  /** As whom a key's jobs are called; `undefined` for one that opens nothing any more. */
  readonly principalOf: (keyId: string) => Principal | undefined;
  /** Counts one request of that key's. Throws the refusal of its limits. */
  readonly charge: ChargeRequest;
  /** Of the disk that the queue's file lies on. */
  readonly diskSpace: FreeDiskOptions["space"];
  /** For bodies on their way. */
  readonly bodyRoom: Room;
  /** What an endpoint's webhooks are signed with. */
  readonly webhookSecrets: (endpointId: string) => Promise<WebhookSecrets>;
  /** Hosts inside that webhooks may be told at. */
  readonly webhookHosts: readonly string[];
  /** Told of what went wrong with nobody waiting for it. */
  readonly report: (error: unknown) => void;
}

/** The queue within a server. */
export interface OpenQueue {
  readonly handlers: JobHandlers & DeliveryHandlers & WorkerHandlers;
  /** From memory. */
  counts(endpointId: string): OpenJobs;
  /** Of an endpoint that is gone. Resolves to how many were cancelled. */
  cancelAll(endpointId: string): Promise<number>;
  /** For calls with `X-Berth-Async`. */
  readonly accept: AcceptAsync;
  /** Knows the dispatcher's own calls. */
  readonly pass: DispatchPass;
  /** From now on the queue looks after itself and endpoints are called: the server listens. */
  start(): void;
  /** Endpoints are called no more; what was being called is given back. Before the gateway drains. */
  stopCalling(): Promise<void>;
  /** Whoever waits gets nothing more. Before the store closes. */
  close(): Promise<void>;
}

/** Puts the queue together; it works on nothing before `start`. */
export async function openQueue(sources: QueueSources): Promise<OpenQueue> {
  const { store, endpoints, changes, clock, report } = sources;
  const blobs = toldBlobs(sources.blobs, report);
  const allowed = new AllowedHosts(sources.webhookHosts);
  const queue = new JobQueue({
    store,
    clock,
    newId: () => `job-${timeOrderedId(clock.now())}`,
    secret: sources.leaseSecret,
    forgetBlobs: (names) => blobs.forget(names),
    checkWebhook: (url) => checkWebhookUrl(url, allowed),
  });
  // where that cannot be written now, what the process before was calling waits for its leases to lapse
  await queue.open(dispatcherId).catch(report);
  const webhooks = new Webhooks({
    store,
    clock,
    random: Math.random,
    secrets: sources.webhookSecrets,
    send: webhookSender({ allowed }),
  });
  const workers = new SeenWorkers(clock);
  const results = new Results({ queue, blobs });
  const pass = new DispatchPass(sources.principalOf);
  const call = loopbackEndpoints({ url: sources.url, pass });
  const reads = new JobReads({ store, blobs });
  const disk = new FreeDisk({ space: sources.diskSpace, clock, report });
  const isLive = (keyId: string): boolean => sources.principalOf(keyId) !== undefined;
  const parts = { queue, store, endpoints, workers, results, reads, clock, isLive };
  const submitting = { queue, requireDisk: () => disk.require(), charge: sources.charge };
  const callers = new CallerJobs({ ...parts, ...submitting });
  const news = await JobNews.open({ store, changes, clock, report });
  const stopListening = store.onChange(({ jobId, status }) => {
    if (status !== "RUNNING") workers.letGo(jobId);
  });
  let dispatcher: Dispatcher | undefined;
  let keeping: Promise<unknown> | undefined;
  const closing = new AbortController();
  return {
    handlers: {
      ...jobHandlers(callers),
      ...deliveryHandlers({ jobs: callers, webhooks, endpoints, secrets: sources.webhookSecrets }),
      ...workerHandlers(new WorkerJobs(parts)),
    },
    counts: (endpointId) => news.of(endpointId),
    cancelAll: (endpointId) => callers.cancelAll(endpointId),
    accept: acceptAsync({ endpoints, bodyRoom: sources.bodyRoom, ...submitting }),
    pass,
    start: () => {
      keeping = Promise.all([queue.keep(report), webhooks.keep(report), disk.keep(closing.signal)]);
      dispatcher = new Dispatcher({ ...parts, call, report });
    },
    stopCalling: async () => dispatcher?.close(),
    close: async () => {
      await dispatcher?.close();
      stopListening();
      queue.close();
      webhooks.close();
      closing.abort();
      await keeping;
      await news.close();
    },
  };
}
