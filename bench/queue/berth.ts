import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultQueuePolicy, JobQueue } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import { openJobStore } from "@berth/store/sqlite";
import { input, jobsAWorker, output, workers, type Contestant, type OpenQueue } from "./contestant.ts";

const endpointId = "end-bench";
const policy = { ...defaultQueuePolicy, queueLimit: 10_000_000 };
const call = { path: "/predict", contentType: "application/json", body: Buffer.from(JSON.stringify(input)) };
const result = {
  status: 200,
  contentType: "application/json",
  body: { kind: "bytes", bytes: Buffer.from(JSON.stringify(output)) },
} as const;
const submittersOfFill = 1_000;

/** The queue as the server has it, without HTTP. */
export const berth: Contestant = {
  name: "Berth",
  acknowledged: "on the disk (SQLite, synchronous=FULL)",
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "berth-bench-queue-"));
    const store = await openJobStore({ path: join(folder, "jobs.db") });
    const queue = new JobQueue({
      store,
      clock: systemClock,
      newId: () => `job-${timeOrderedId(Date.now())}`,
      secret: "bench",
      forgetBlobs: () => Promise.resolve(),
    });
    return openQueue(queue, async () => {
      queue.close();
      await store.close();
      await rm(folder, { recursive: true });
    });
  },
};

function openQueue(queue: JobQueue, close: () => Promise<void>): OpenQueue {
  const order = { endpointId, policy };
  const submit = async (): Promise<string> =>
    (await queue.submit({ ...order, keyId: "key-bench", call })).job.id;
  return {
    submit: async () => {
      const id = await submit();
      return { ended: () => queue.waitForEnd(id, 60_000) };
    },
    fill: async (count) => {
      let left = count;
      const submitAll = async (): Promise<void> => {
        while ((left -= 1) >= 0) await submit();
      };
      await Promise.all(Array.from({ length: submittersOfFill }, submitAll));
    },
    claim: async () => {
      const taken = await queue.take({ ...order, workerId: "w", limit: 1, waitMs: 0 });
      if (taken.length === 0) throw new Error("there was no job to claim");
    },
    claimNothing: async () => {
      const taken = await queue.take({ ...order, workerId: "w", limit: 1, waitMs: 0, leftMs: 1_000 });
      if (taken.length > 0) throw new Error("there was a job that takes no time");
    },
    startWorkers: (began) => {
      const leaving = new AbortController();
      const { signal } = leaving;
      const work = async (workerId: string): Promise<void> => {
        while (!signal.aborted) {
          const taken = await queue.take({ ...order, workerId, limit: jobsAWorker, waitMs: 60_000, signal });
          for (const _ of taken) began();
          await Promise.all(taken.map(({ lease }) => queue.complete(lease, result)));
        }
      };
      const working = Promise.all(Array.from({ length: workers }, (_, index) => work(`w${index}`)));
      return Promise.resolve({
        [Symbol.asyncDispose]: async () => {
          leaving.abort();
          await working;
        },
      });
    },
    [Symbol.asyncDispose]: close,
  };
}
