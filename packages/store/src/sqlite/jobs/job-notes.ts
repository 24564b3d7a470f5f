import { jobStatuses, type JobStatus } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobChange, JobCounts } from "../../job-store.ts";
import type { JobRow } from "./job-row.ts";

type Counted = Record<JobStatus, number>;

/** What changed since the last commit, and how many jobs there are: counting a million rows takes longer than a claim. */
export class JobNotes {
  readonly #counts = new Map<string, Counted>();
  #changes: JobChange[] = [];
  /** What the changes so far did to the counts. */
  #steps: { readonly endpointId: string; readonly status: JobStatus; readonly by: 1 | -1 }[] = [];

  constructor(database: Database.Database) {
    const rows = database
      .prepare("select endpoint_id, status, count(*) as count from jobs group by endpoint_id, status")
      .all() as { endpoint_id: string; status: JobStatus; count: number }[];
    for (const { endpoint_id, status, count } of rows) this.#of(endpoint_id)[status] = count;
  }

  /** `from`, `to`: `undefined` where there is none yet, or no more. */
  moved(
    row: Pick<JobRow, "id" | "endpoint_id">,
    from: JobStatus | undefined,
    to: JobStatus | undefined,
  ): void {
    const endpointId = row.endpoint_id;
    if (from !== undefined) this.#step(endpointId, from, -1);
    if (to !== undefined) this.#step(endpointId, to, 1);
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

  /** With what is not committed yet. */
  count(endpointId: string, status: JobStatus): number {
    return this.#counts.get(endpointId)?.[status] ?? 0;
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
    for (const { endpointId, status, by } of this.#steps.splice(steps)) this.#of(endpointId)[status] -= by;
  }

  /** All of it is on the disk. */
  take(): readonly JobChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#steps = [];
    return changes;
  }

  #step(endpointId: string, status: JobStatus, by: 1 | -1): void {
    this.#of(endpointId)[status] += by;
    this.#steps.push({ endpointId, status, by });
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
