import { jobStatuses, type JobStatus } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobChange, JobCounts } from "../../job-store.ts";
import type { JobRow } from "./job-row.ts";

type Counted = Record<JobStatus, number>;
/** What a job counts by. */
type Moved = Pick<JobRow, "id" | "endpoint_id" | "key_id" | "input_bytes">;

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
  readonly status: JobStatus;
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
    for (const { endpoint_id, status, count } of rows) this.#of(endpoint_id)[status] = count;
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
  moved(row: Moved, from: JobStatus | undefined, to: JobStatus | undefined): void {
    const { endpoint_id: endpointId, key_id: keyId, input_bytes: bytes } = row;
    const job = { endpointId, keyId, bytes };
    if (from !== undefined) this.#step({ ...job, status: from, by: -1 });
    if (to !== undefined) this.#step({ ...job, status: to, by: 1 });
    const status = to ?? from;
    if (status !== undefined)
      this.#changes.push({ jobId: row.id, endpointId, status, what: to === undefined ? "gone" : "status" });
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
    const { bytes = 0, byKey } = this.#queued.get(endpointId) ?? {};
    return {
      jobs: this.#counts.get(endpointId)?.QUEUED ?? 0,
      ofKey: byKey?.get(keyId ?? "") ?? 0,
      bytes,
    };
  }

  counts(): ReadonlyMap<string, JobCounts> {
    const some = [...this.#counts].filter(([, counts]) => jobStatuses.some((status) => counts[status] > 0));
    return new Map(some.map(([endpointId, counts]) => [endpointId, { ...counts }]));
  }

  /** A mark to go back to. */
  get length(): { readonly changes: number; readonly steps: number } {
    return { changes: this.#changes.length, steps: this.#steps.length };
  }

  /** Forgets what was noted since. */
  backTo({ changes, steps }: JobNotes["length"]): void {
    this.#changes.length = changes;
    for (const step of this.#steps.splice(steps)) this.#count(step, step.by === 1 ? -1 : 1);
  }

  /** All of it is on the disk. */
  take(): readonly JobChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#steps = [];
    return changes;
  }

  #step(step: Step): void {
    this.#count(step, step.by);
    this.#steps.push(step);
  }

  #count(step: Step, by: 1 | -1): void {
    this.#of(step.endpointId)[step.status] += by;
    if (step.status === "QUEUED") this.#queue(step, by, by);
  }

  /** So many jobs more, and so many times those bytes. */
  #queue({ endpointId, keyId, bytes }: QueuedJob, jobs: number, times: 1 | -1): void {
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
      counts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Counted;
      this.#counts.set(endpointId, counts);
    }
    return counts;
  }
}
