import { input, jobsAWorker, output, workers, type Contestant, type OpenQueue } from "./contestant.ts";
import { loadPeer, mustInstall } from "./peer-packages.ts";
import { redisPackage, startRedis, type AppendSync } from "./redis.ts";

const packages = { bullmq: "6.7.0", ioredis: "5.11.1" };
const name = "bench";
const fillAtOnce = 1_000;

const acknowledged: Readonly<Record<AppendSync, string>> = {
  always: "on the disk (Redis, appendfsync always)",
  everysec: "in memory, on the disk within 1 s (Redis, appendfsync everysec)",
};

/** By two settings of its Redis: as durable as ours, and the one that its documentation recommends. */
export async function bullMq(): Promise<readonly Contestant[]> {
  mustInstall(redisPackage);
  const library = (await loadPeer(packages)) as Library;
  return (["always", "everysec"] as const).map((appendSync) => ({
    name: `BullMQ ${packages.bullmq}, ${appendSync}`,
    acknowledged: acknowledged[appendSync],
    open: () => open(library, appendSync),
  }));
}

async function open({ Queue, Worker, QueueEvents }: Library, appendSync: AppendSync): Promise<OpenQueue> {
  await using cleanUp = new AsyncDisposableStack();
  const redis = cleanUp.use(await startRedis(appendSync));
  const connection = { path: redis.socket, maxRetriesPerRequest: null };
  const opened = async <T extends Connected>(one: T): Promise<T> => {
    cleanUp.defer(() => one.close());
    await one.waitUntilReady();
    return one;
  };
  const queue = await opened(new Queue(name, { connection }));
  const claimer = await opened(new Worker(name, null, { connection, autorun: false }));
  const events = await opened(new QueueEvents(name, { connection }));
  // each submitter who waits for an end listens to both
  for (const heard of [queue, events]) heard.setMaxListeners(0);
  const kept = cleanUp.move();
  return {
    submit: async () => {
      const job = await queue.add("predict", input);
      return { ended: () => job.waitUntilFinished(events, 60_000) };
    },
    fill: async (count) => {
      const jobs = Array.from({ length: fillAtOnce }, () => ({ name: "predict", data: input }));
      for (let left = count; left > 0; left -= fillAtOnce) await queue.addBulk(jobs.slice(0, left));
    },
    claim: async () => {
      const job = await claimer.getNextJob("bench", { block: false });
      if (job === undefined) throw new Error("there was no job to claim");
    },
    startWorkers: async (began) => {
      const handler = (): Promise<object> => {
        began();
        return Promise.resolve(output);
      };
      const worker = new Worker(name, handler, { connection, concurrency: workers * jobsAWorker });
      await worker.waitUntilReady();
      return { [Symbol.asyncDispose]: () => worker.close() };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The part of BullMQ that is used here. */
interface Library {
  readonly Queue: new (name: string, options: object) => Queue;
  readonly Worker: new (name: string, handler: (() => Promise<object>) | null, options: object) => Worker;
  readonly QueueEvents: new (name: string, options: object) => Connected;
}

interface Connected {
  setMaxListeners(count: number): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

interface Queue extends Connected {
  add(
    name: string,
    data: object,
  ): Promise<{ waitUntilFinished(events: Connected, ms: number): Promise<unknown> }>;
  addBulk(jobs: readonly { readonly name: string; readonly data: object }[]): Promise<unknown>;
}

interface Worker extends Connected {
  getNextJob(token: string, options: { readonly block: boolean }): Promise<object | undefined>;
}
