import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { BerthError, defaultQueueRules, type QueueRules } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { openJobStore } from "@berth/store/sqlite";
import type { Blobs } from "../blobs.ts";
import { CallerJobs } from "../caller-jobs.ts";
import { JobQueue } from "../job-queue.ts";
import { JobReads } from "../job-reads.ts";
import type { QueueCaller, QueueEndpoint, QueueEndpoints } from "../queue-endpoint.ts";
import { Results } from "../results.ts";
import { SeenWorkers } from "../seen-workers.ts";
import { WorkerJobs } from "../worker-jobs.ts";

export const mine: QueueCaller = { keyId: "mine", scopes: ["inference"], models: null };
export const others: QueueCaller = { keyId: "others", scopes: ["inference"], models: null };
export const admin: QueueCaller = { keyId: "admin", scopes: ["admin", "inference"], models: null };
export const worker: QueueCaller = { keyId: "worker", scopes: ["worker"], models: null };

export class FakeEndpoints implements QueueEndpoints {
  readonly #endpoints = new Map<string, QueueEndpoint>();
  readonly #listeners = new Set<() => void>();

  set(id: string, more: Partial<Omit<QueueEndpoint, "rules">> & { rules?: Partial<QueueRules> } = {}): void {
    const before = this.#endpoints.get(id) ?? {
      id,
      fullName: `ada/${id}`,
      owner: "ada",
      isDispatched: false,
      isPaused: false,
      slots: 0,
    };
    this.#endpoints.set(id, { ...before, ...more, rules: { ...defaultQueueRules, ...more.rules } });
    for (const listener of this.#listeners) listener();
  }

  delete(id: string): void {
    this.#endpoints.delete(id);
    for (const listener of this.#listeners) listener();
  }

  find(id: string): QueueEndpoint {
    const found = this.list().find((endpoint) => endpoint.id === id || endpoint.fullName === id);
    if (found === undefined) throw new BerthError("not_found", `there is no endpoint ${id}`);
    return found;
  }

  findForWork(id: string): QueueEndpoint {
    return this.find(id);
  }

  get(id: string): QueueEndpoint | undefined {
    return this.#endpoints.get(id);
  }

  list(): readonly QueueEndpoint[] {
    return [...this.#endpoints.values()];
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Blobs in memory. */
export class MemoryBlobs implements Blobs {
  readonly kept = new Map<string, Uint8Array>();

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.kept.set(name, bytes);
  }

  async *read(name: string): AsyncIterable<Uint8Array> {
    const bytes = this.kept.get(name);
    if (bytes === undefined) throw new BerthError("not_found", `there is no blob ${name}`);
    yield bytes;
  }

  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) this.kept.delete(name);
  }
}

/** A queue in a folder of its own with one endpoint, `echo`, whose jobs workers take, and a clock that stands still. */
export async function queueWorld() {
  const folder = await mkdtemp(join(tmpdir(), "berth-jobs-"));
  const path = join(folder, "jobs.db");
  const store = await openJobStore({ path });
  const clock = new FakeClock();
  let ids = 0;
  const blobs = new MemoryBlobs();
  const queue = new JobQueue({
    store,
    clock,
    newId: () => `job-${(ids += 1)}`,
    secret: "s",
    forgetBlobs: (names) => blobs.forget(names),
  });
  const endpoints = new FakeEndpoints();
  endpoints.set("echo");
  const workers = new SeenWorkers(clock);
  const results = new Results({ queue, blobs });
  const reads = new JobReads({ store, blobs });
  const charged: string[] = [];
  const revoked = new Set<string>();
  const isLive = (keyId: string): boolean => !revoked.has(keyId);
  const parts = {
    queue,
    store,
    endpoints,
    workers,
    results,
    reads,
    clock,
    isLive,
    requireDisk: () => undefined,
    charge: (keyId: string) => void charged.push(keyId),
  };
  return {
    ...parts,
    charged,
    path,
    blobs,
    revoked,
    callers: new CallerJobs(parts),
    hands: new WorkerJobs(parts),
    [Symbol.asyncDispose]: async () => {
      queue.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn();
}
