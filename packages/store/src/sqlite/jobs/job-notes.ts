import { jobStates, type JobState } from "@berth/api";
import type Database from "better-sqlite3";
import type { JobChange, JobCounts } from "../../job-store.ts";
import type { JobRow } from "./job-row.ts";

type Counted = Record<JobState, number>;

/** What changed since the last commit, and how many jobs there are: counting a million rows takes longer than a claim. */
export class JobNotes {
  readonly #counts = new Map<string, Counted>();
  #changes: JobChange[] = [];
  /** What the changes so far did to the counts. */
  #steps: { readonly endpointId: string; readonly state: JobState; readonly by: 1 | -1 }[] = [];

  constructor(database: Database.Database) {
    const rows = database
      .prepare("select endpoint_id, state, count(*) as count from jobs group by endpoint_id, state")
      .all() as { endpoint_id: string; state: JobState; count: number }[];
    for (const { endpoint_id, state, count } of rows) this.#of(endpoint_id)[state] = count;
  }

  /** `from`, `to`: `undefined` where there is none yet, or no more. */
  moved(row: Pick<JobRow, "id" | "endpoint_id">, from: JobState | undefined, to: JobState | undefined): void {
    const endpointId = row.endpoint_id;
    if (from !== undefined) this.#step(endpointId, from, -1);
    if (to !== undefined) this.#step(endpointId, to, 1);
    const state = to ?? from;
    if (state !== undefined)
      this.#changes.push({ jobId: row.id, endpointId, state, what: to === undefined ? "gone" : "state" });
  }

  progressed({ id, endpoint_id, state }: Pick<JobRow, "id" | "endpoint_id" | "state">): void {
    this.#changes.push({ jobId: id, endpointId: endpoint_id, state, what: "progress" });
  }

  /** With what is not committed yet. */
  count(endpointId: string, state: JobState): number {
    return this.#counts.get(endpointId)?.[state] ?? 0;
  }

  counts(): ReadonlyMap<string, JobCounts> {
    const some = [...this.#counts].filter(([, counts]) => jobStates.some((state) => counts[state] > 0));
    return new Map(some.map(([endpointId, counts]) => [endpointId, { ...counts }]));
  }

  /** A mark to go back to. */
  get length(): { readonly changes: number; readonly steps: number } {
    return { changes: this.#changes.length, steps: this.#steps.length };
  }

  /** Forgets what was noted since. */
  backTo({ changes, steps }: JobNotes["length"]): void {
    this.#changes.length = changes;
    for (const { endpointId, state, by } of this.#steps.splice(steps)) this.#of(endpointId)[state] -= by;
  }

  /** All of it is on the disk. */
  take(): readonly JobChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#steps = [];
    return changes;
  }

  #step(endpointId: string, state: JobState, by: 1 | -1): void {
    this.#of(endpointId)[state] += by;
    this.#steps.push({ endpointId, state, by });
  }

  #of(endpointId: string): Counted {
    let counts = this.#counts.get(endpointId);
    if (counts === undefined) {
      counts = Object.fromEntries(jobStates.map((state) => [state, 0])) as Counted;
      this.#counts.set(endpointId, counts);
    }
    return counts;
  }
}
