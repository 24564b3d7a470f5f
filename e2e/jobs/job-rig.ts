import { hasJobEnded, type Job, type SubmitJob } from "@berth/api";
import type { Berth } from "../berth-process.ts";
import { until } from "../until.ts";

/** Jobs of a server, as a person has them. */
export class JobRig {
  readonly #berth: Pick<Berth, "fetch">;

  constructor(berth: Pick<Berth, "fetch">) {
    this.#berth = berth;
  }

  async told<T>(method: string, path: string, body?: unknown, key?: string): Promise<[number, T]> {
    const response = await this.#berth.fetch(path, {
      method,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    });
    const text = await response.text();
    return [response.status, (text === "" ? undefined : JSON.parse(text)) as T];
  }

  /** Resolves when it is accepted. */
  async submit(endpoint: string, order: SubmitJob): Promise<Job> {
    const [status, job] = await this.told<Job>("POST", `/api/v1/endpoints/${endpoint}/jobs`, order);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(job)}`);
    return job;
  }

  async get(id: string): Promise<Job> {
    return (await this.told<Job>("GET", `/api/v1/jobs/${id}`))[1];
  }

  async result<T>(id: string): Promise<T> {
    return (await this.told<T>("GET", `/api/v1/jobs/${id}/result`))[1];
  }

  /** Resolves with the job once it is so. */
  when(id: string, what: string, is: (job: Job) => boolean, deadlineMs = 120_000): Promise<Job> {
    const ask = async (): Promise<Job | undefined> => {
      const job = await this.get(id);
      return is(job) ? job : undefined;
    };
    return until(`job ${id} to be ${what}`, ask, deadlineMs);
  }

  /** Submitted, and at its end. */
  async ended(endpoint: string, order: SubmitJob): Promise<Job> {
    const { id } = await this.submit(endpoint, order);
    return this.when(id, "over", ({ status }) => hasJobEnded(status));
  }
}
