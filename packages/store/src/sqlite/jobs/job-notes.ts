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

/** What an endpoint holds: bytes of inputs that are queued, and what its keys have. */
interface Holding {
  queuedBytes: number;
  readonly byKey: Map<string, HoldingOfKey>;
}

/** Jobs that are queued, and the bytes of the inputs of all that are kept and not COMPLETED. */
interface HoldingOfKey {
  readonly queued: number;
  readonly keptBytes: number;
}

interface Held extends HoldingOfKey {
  readonly endpointId: string;
  readonly keyId: string | null;
  readonly queuedBytes: number;
}

export interface QueuedThere {
  readonly jobs: number;
  readonly bytes: number;
  readonly ofKey: number;
  readonly keptOfKey: number;
}

/** Of the jobs whose inputs count. */
const heldStatuses = jobStatuses.filter((status) => status !== "COMPLETED");

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
  readonly #holdings = new Map<string, Holding>();
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
    const held = database
      .prepare(
        `select endpoint_id as endpointId, key_id as keyId, sum(status = 'QUEUED') as queued,
           sum(iif(status = 'QUEUED', input_bytes, 0)) as queuedBytes, sum(input_bytes) as keptBytes from jobs
         where status in (${heldStatuses.map((status) => `'${status}'`).join(", ")}) group by endpoint_id, key_id`,
      )
      .all() as Held[];
    for (const one of held) this.#hold(one);
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

  /** What is queued of an endpoint, and of one key there, with what that key has kept; with what is not committed yet. */
  queued(endpointId: string, keyId: string | null): QueuedThere {
    const { READY = 0, DELAYED = 0 } = this.#counts.get(endpointId)?.of ?? {};
    const { queuedBytes = 0, byKey } = this.#holdings.get(endpointId) ?? {};
    const { queued = 0, keptBytes = 0 } = byKey?.get(keyId ?? "") ?? {};
    return { jobs: READY + DELAYED, bytes: queuedBytes, ofKey: queued, keptOfKey: keptBytes };
  }

  /** Whose jobs are queued; "": nobody's. */
  queuedKeys(endpointId: string): readonly string[] {
    const keys = [...(this.#holdings.get(endpointId)?.byKey ?? [])];
    return keys.filter(([, { queued }]) => queued > 0).map(([key]) => key);
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
    const { endpointId, keyId, bytes, standing, executionMs } = step;
    const { of, ready } = this.#of(endpointId);
    of[standing] += by;
    const queued = statusOf(standing) === "QUEUED" ? by : 0;
    if (standing !== "COMPLETED")
      this.#hold({ endpointId, keyId, queued, queuedBytes: queued * bytes, keptBytes: by * bytes });
    if (standing !== "READY") return;
    const left = (ready.get(executionMs) ?? 0) + by;
    if (left === 0) ready.delete(executionMs);
    else ready.set(executionMs, left);
  }

  /** So much more. */
  #hold({ endpointId, keyId, queued, queuedBytes, keptBytes }: Held): void {
    const holding = this.#holdings.get(endpointId) ?? {
      queuedBytes: 0,
      byKey: new Map<string, HoldingOfKey>(),
    };
    this.#holdings.set(endpointId, holding);
    holding.queuedBytes += queuedBytes;
    const key = keyId ?? "";
    const before = holding.byKey.get(key) ?? { queued: 0, keptBytes: 0 };
    const ofKey = { queued: before.queued + queued, keptBytes: before.keptBytes + keptBytes };
    if (ofKey.queued > 0 || ofKey.keptBytes > 0) holding.byKey.set(key, ofKey);
    else holding.byKey.delete(key);
    if (holding.byKey.size === 0) this.#holdings.delete(endpointId);
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
