import { jobStatuses, type JobStatus } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobChange, JobCounts } from "../../job-store.ts";
import { type Standing, standings, statusOf } from "./job-standing.ts";
import type { JobRow } from "./job-row.ts";

/** What a job counts by. */
type Moved = Pick<JobRow, "id" | "endpoint_id" | "key_id" | "input_bytes" | "execution_timeout_ms">;

interface Counted {
  readonly of: Record<Standing, number>;
  /** Those that are ready, by how long they may take. */
  readonly ready: Map<number, number>;
}

/** What is queued of an endpoint: bytes of inputs, and jobs by their keys. */
interface Queued {
  bytes: number;
  readonly byKey: Map<string, number>;
}

export interface QueuedJob {
  readonly endpointId: string;
  readonly keyId: string | null;
  readonly bytes: number;
}

interface Step extends QueuedJob {
  readonly standing: Standing;
  readonly executionMs: number;
  readonly by: 1 | -1;
}

/** What changed since the last commit, and how many jobs there are: counting a million rows takes longer than a claim. */
export class JobNotes {
  readonly #counts = new Map<string, Counted>();
  readonly #queued = new Map<string, Queued>();
  #changes: JobChange[] = [];
  /** What the changes so far did to the counts. */
  #steps: Step[] = [];

  constructor(database: Database.Database) {
    const rows = database
      .prepare("select endpoint_id, status, count(*) as count from jobs group by endpoint_id, status")
      .all() as { endpoint_id: string; status: JobStatus; count: number }[];
    for (const { endpoint_id, status, count } of rows)
      this.#of(endpoint_id).of[status === "QUEUED" ? "DELAYED" : status] = count;
    const ready = database
      .prepare(
        `select endpoint_id, execution_timeout_ms, count(*) as count from jobs where status = 'QUEUED' and ready = 1
           group by endpoint_id, execution_timeout_ms`,
      )
      .all() as { endpoint_id: string; execution_timeout_ms: number; count: number }[];
    for (const { endpoint_id, execution_timeout_ms, count } of ready) {
      const counted = this.#of(endpoint_id);
      counted.of.DELAYED -= count;
      counted.of.READY += count;
      counted.ready.set(execution_timeout_ms, count);
    }
    const queued = database
      .prepare(
        `select endpoint_id, key_id, count(*) as count, sum(input_bytes) as bytes from jobs where status = 'QUEUED'
         group by endpoint_id, key_id`,
      )
      .all() as { endpoint_id: string; key_id: string | null; count: number; bytes: number }[];
    for (const { endpoint_id, key_id, count, bytes } of queued)
      this.#queue({ endpointId: endpoint_id, keyId: key_id, bytes }, count, 1);
  }

  /** `from`, `to`: `undefined` where there is none yet, or no more. */
  moved(row: Moved, from: Standing | undefined, to: Standing | undefined): void {
    const { id: jobId, endpoint_id: endpointId, key_id: keyId, input_bytes: bytes } = row;
    const executionMs = row.execution_timeout_ms;
    const job = { endpointId, keyId, bytes, executionMs };
    if (from !== undefined) this.#step({ ...job, standing: from, by: -1 });
    if (to !== undefined) this.#step({ ...job, standing: to, by: 1 });
    const standing = to ?? from;
    if (standing === undefined) return;
    const what = to === undefined ? "gone" : "status";
    const change = { jobId, endpointId, status: statusOf(standing), what } as const;
    this.#changes.push(to === "READY" ? { ...change, executionTimeoutMs: executionMs } : change);
  }

  progressed({ id, endpoint_id, status }: Pick<JobRow, "id" | "endpoint_id" | "status">): void {
    this.#changes.push({ jobId: id, endpointId: endpoint_id, status, what: "progress" });
  }

  /** Of what its webhook is told. */
  delivery({ id, endpoint_id, status }: Pick<JobRow, "id" | "endpoint_id" | "status">): void {
    this.#changes.push({ jobId: id, endpointId: endpoint_id, status, what: "delivery" });
  }

  /** What is queued of an endpoint, and of one key there; with what is not committed yet. */
  queued(
    endpointId: string,
    keyId: string | null,
  ): { readonly jobs: number; readonly ofKey: number; readonly bytes: number } {
    const { READY = 0, DELAYED = 0 } = this.#counts.get(endpointId)?.of ?? {};
    const { bytes = 0, byKey } = this.#queued.get(endpointId) ?? {};
    return { jobs: READY + DELAYED, ofKey: byKey?.get(keyId ?? "") ?? 0, bytes };
  }

  /** Whose jobs are queued; "": nobody's. */
  queuedKeys(endpointId: string): readonly string[] {
    return [...(this.#queued.get(endpointId)?.byKey.keys() ?? [])];
  }

  /** Whether any can be claimed that takes no longer: to look through a long queue for none would keep everybody waiting. */
  hasReady(endpointId: string, mostExecutionMs: number): boolean {
    for (const executionMs of this.#counts.get(endpointId)?.ready.keys() ?? [])
      if (executionMs <= mostExecutionMs) return true;
    return false;
  }

  counts(): ReadonlyMap<string, JobCounts> {
    const some = [...this.#counts].filter(([, counts]) => standings.some((one) => counts.of[one] > 0));
    return new Map(
      some.map(([endpointId, { of }]) => {
        const counts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<
          JobStatus,
          number
        >;
        for (const standing of standings) counts[statusOf(standing)] += of[standing];
        return [endpointId, { ...counts, ready: of.READY }];
      }),
    );
  }

  /** A mark to go back to. */
  get length(): { readonly changes: number; readonly steps: number } {
    return { changes: this.#changes.length, steps: this.#steps.length };
  }

  /** Forgets what was noted since. */
  backTo({ changes, steps }: JobNotes["length"]): void {
    this.#changes.length = changes;
    // the last one first: there are never fewer than none
    for (const step of this.#steps.splice(steps).toReversed()) this.#add(step, -step.by);
  }

  /** All of it is on the disk. */
  take(): readonly JobChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#steps = [];
    return changes;
  }

  #step(step: Step): void {
    this.#add(step, step.by);
    this.#steps.push(step);
  }

  #add(step: Step, by: number): void {
    const { endpointId, standing, executionMs } = step;
    const { of, ready } = this.#of(endpointId);
    of[standing] += by;
    if (statusOf(standing) === "QUEUED") this.#queue(step, by, by);
    if (standing !== "READY") return;
    const left = (ready.get(executionMs) ?? 0) + by;
    if (left === 0) ready.delete(executionMs);
    else ready.set(executionMs, left);
  }

  /** So many jobs more, and so many times those bytes. */
  #queue({ endpointId, keyId, bytes }: QueuedJob, jobs: number, times: number): void {
    const queued = this.#queued.get(endpointId) ?? { bytes: 0, byKey: new Map<string, number>() };
    this.#queued.set(endpointId, queued);
    queued.bytes += times * bytes;
    const key = keyId ?? "";
    const ofKey = (queued.byKey.get(key) ?? 0) + jobs;
    if (ofKey > 0) queued.byKey.set(key, ofKey);
    else queued.byKey.delete(key);
    if (queued.byKey.size === 0) this.#queued.delete(endpointId);
  }

  #of(endpointId: string): Counted {
    let counts = this.#counts.get(endpointId);
    if (counts === undefined) {
      const of = Object.fromEntries(standings.map((standing) => [standing, 0])) as Record<Standing, number>;
      counts = { of, ready: new Map() };
      this.#counts.set(endpointId, counts);
    }
    return counts;
  }
}
