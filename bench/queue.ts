import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultQueuePolicy, JobQueue } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import { openJobStore } from "@berth/store/sqlite";
import type { Report } from "./report.ts";

const leastSubmits = 3_000;
const leastRoundTrips = 1_500;
const mostSlowdown = 1.2;

const submitters = 64;
const workers = 8;
const seconds = 4;
const many = 1_000_000;
const claims = 2_000;
const endpointId = "end-bench";
const call = { path: "/predict", contentType: "application/json", body: Buffer.from('{"input":{"n":1}}') };
const result = {
  status: 200,
  contentType: "application/json",
  body: { kind: "bytes", bytes: Buffer.from("{}") },
} as const;

/** The durable queue as the server has it, without HTTP: every submit is on the disk before the next one of its submitter. */
export async function queue(): Promise<Report> {
  const submits = await withQueue(submitsPerSecond);
  const roundTrips = await withQueue(roundTripsPerSecond);
  const slowdown = await withQueue(claimSlowdown);
  return {
    title: `queue: ${submitters} submitters, ${workers} workers, SQLite, every commit on the disk`,
    head: ["", "a second"],
    rows: [
      ["submits", submits.toFixed(0)],
      ["submit to result of an empty handler", roundTrips.toFixed(0)],
    ],
    notes: [
      `a claim of one job: ${slowdown.fewMicroseconds.toFixed(0)} µs with ${claims} queued, ${slowdown.manyMicroseconds.toFixed(0)} µs with ${many.toLocaleString("en")}`,
    ],
    bars: [
      {
        fact: `at least ${leastSubmits.toLocaleString("en")} durable submits a second`,
        measured: submits.toFixed(0),
        holds: submits >= leastSubmits,
      },
      {
        fact: `at least ${leastRoundTrips.toLocaleString("en")} round trips a second`,
        measured: roundTrips.toFixed(0),
        holds: roundTrips >= leastRoundTrips,
      },
      {
        fact: `a claim among ${many.toLocaleString("en")} queued jobs takes at most ${mostSlowdown} times as long`,
        measured: slowdown.ratio.toFixed(2),
        holds: slowdown.ratio <= mostSlowdown,
      },
    ],
  };
}

async function withQueue<T>(measure: (queue: JobQueue) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-queue-"));
  const store = await openJobStore({ path: join(folder, "jobs.db") });
  const queue = new JobQueue({
    store,
    clock: systemClock,
    newId: () => `job-${timeOrderedId(Date.now())}`,
    secret: "bench",
    forgetBlobs: () => Promise.resolve(),
  });
  try {
    return await measure(queue);
  } finally {
    queue.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

async function submitsPerSecond(queue: JobQueue): Promise<number> {
  return perSecond(submitters, () => submit(queue));
}

async function roundTripsPerSecond(queue: JobQueue): Promise<number> {
  const leaving = new AbortController();
  const order = { endpointId, limit: 4, waitMs: 60_000, policy: defaultQueuePolicy, signal: leaving.signal };
  const work = async (workerId: string): Promise<void> => {
    while (!leaving.signal.aborted)
      await Promise.all(
        (await queue.take({ ...order, workerId })).map(({ lease }) => queue.complete(lease, result)),
      );
  };
  const working = Array.from({ length: workers }, (_, index) => work(`w${index}`));
  const rate = await perSecond(submitters, async () => {
    const id = await submit(queue);
    await queue.waitForEnd(id, 60_000);
  });
  leaving.abort();
  await Promise.all(working);
  return rate;
}

async function claimSlowdown(
  queue: JobQueue,
): Promise<{ readonly fewMicroseconds: number; readonly manyMicroseconds: number; readonly ratio: number }> {
  await fill(queue, claims);
  const few = await claimMicroseconds(queue);
  await fill(queue, many);
  const much = await claimMicroseconds(queue);
  return { fewMicroseconds: few, manyMicroseconds: much, ratio: much / few };
}

/** The median: a claim now and then waits for the journal. */
async function claimMicroseconds(queue: JobQueue): Promise<number> {
  const order = { endpointId, workerId: "w", limit: 1, waitMs: 0, policy: defaultQueuePolicy };
  const took: number[] = [];
  for (let count = 0; count < claims / 2; count += 1) {
    const began = performance.now();
    await queue.take(order);
    took.push((performance.now() - began) * 1000);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)] ?? Number.NaN;
}

async function fill(queue: JobQueue, jobs: number): Promise<void> {
  let left = jobs;
  const submitAll = async (): Promise<void> => {
    while ((left -= 1) >= 0) await submit(queue);
  };
  await Promise.all(Array.from({ length: 1_000 }, submitAll));
}

async function submit(queue: JobQueue): Promise<string> {
  const policy = { ...defaultQueuePolicy, queueLimit: 2 * many };
  return (await queue.submit({ endpointId, keyId: "key-bench", call, policy })).job.id;
}

async function perSecond(atOnce: number, act: () => Promise<unknown>): Promise<number> {
  let done = 0;
  const began = performance.now();
  const actAll = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1000) {
      await act();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, actAll));
  return (done / (performance.now() - began)) * 1000;
}
