import { BerthError, hasJobEnded, jobTimes, type Change, type Job } from "@berth/api";
import type { MockJob } from "./seed-jobs.ts";

/** The jobs of a mock world, and the only place that changes them. */
export class JobState {
  readonly all = new Map<string, MockJob>();
  readonly #publish: (change: Change) => void;

  constructor(seed: readonly MockJob[], publish: (change: Change) => void) {
    for (const one of seed) this.all.set(one.job.id, one);
    this.#publish = publish;
  }

  one(id: string): MockJob {
    const found = this.all.get(id);
    if (found === undefined)
      throw new BerthError("not_found", `there is no job ${id}: it never was, or is kept no longer`, {
        param: "id",
      });
    return found;
  }

  /** The last first. */
  list(): Job[] {
    return [...this.all.values()].map(({ job }) => job).toSorted((a, b) => b.createdAt - a.createdAt);
  }

  add(one: MockJob): Job {
    this.all.set(one.job.id, one);
    this.#publish({ type: "jobs", endpointId: one.job.endpointId });
    return one.job;
  }

  change(id: string, part: Partial<Job>, rest: Partial<Omit<MockJob, "job">> = {}): Job {
    const before = this.one(id);
    const job = { ...before.job, ...part };
    return this.add({ ...before, ...rest, job: { ...job, ...jobTimes(job) } });
  }

  /** It has its result, and keeps it. */
  complete(id: string): void {
    const { values } = this.one(id);
    const result = JSON.stringify(values.length > 0 ? values : { ok: true });
    this.change(
      id,
      {
        status: "COMPLETED",
        finishedAt: Date.now(),
        progress: null,
        result: { status: 200, contentType: "application/json", bytes: result.length },
      },
      { result },
    );
  }

  cancel(id: string): Job {
    const { job } = this.one(id);
    if (hasJobEnded(job.status)) return job;
    return this.change(id, {
      status: "CANCELLED",
      finishedAt: Date.now(),
      error: { code: "cancelled", message: "cancelled by admin", details: null },
    });
  }
}
