/** A durable queue that takes the bench's jobs: small calls to one endpoint, whose handler does nothing. */
export interface Contestant {
  readonly name: string;
  /** Where a job is when its submit is acknowledged. */
  readonly acknowledged: string;
  /** A new queue with nothing in it, and a server of its own beneath where it needs one. Disposing of it ends both. */
  open(): Promise<OpenQueue>;
}

export interface OpenQueue extends AsyncDisposable {
  /** Resolves when it is acknowledged. */
  submit(): Promise<SubmittedJob>;
  /** The same job so often, in the fastest way there is. */
  fill(count: number): Promise<void>;
  /** Resolves when one job is a worker's. Throws where there is none. */
  claim(): Promise<void>;
  /** The same by a worker that has too little time left for any. Where there is such a thing. */
  claimNothing?(): Promise<void>;
  /** Eight workers of four jobs each, or thirty-two of one, who tell of each job that they begin. */
  startWorkers(began: () => void): Promise<AsyncDisposable>;
}

export interface SubmittedJob {
  /** Resolves when the submitter is told that the job's result is stored. */
  ended(): Promise<unknown>;
}

export const workers = 8;
export const jobsAWorker = 4;

/** What is submitted, and what is left. */
export const input = { input: { n: 1 } };
export const output = {};
