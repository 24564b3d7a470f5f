import type { Finished } from "@berth/store";
import type { Blobs } from "./blobs.ts";
import type { JobQueue } from "./job-queue.ts";

/** What a job leaves, whole. */
export interface WholeResult {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface ResultsOptions {
  readonly queue: Pick<JobQueue, "complete" | "jobIdOf">;
  readonly blobs: Blobs;
}

/** Of a result, what the queue's own file takes. */
export const mostInlineBytes = 10 * 1024 * 1024;

/** What jobs leave: in the queue's file where it is small enough, else as a blob. */
export class Results {
  readonly #options: ResultsOptions;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  /** As `JobQueue.complete`. Nobody's blob stays behind unless this process ends amid it. */
  async complete(lease: string, { status, contentType, bytes }: WholeResult): Promise<Finished> {
    const { queue, blobs } = this.#options;
    if (bytes.length <= mostInlineBytes)
      return queue.complete(lease, { status, contentType, body: { kind: "bytes", bytes } });
    // before anything is kept: a forged one fills no disk
    const jobId = queue.jobIdOf(lease);
    const name = `${jobId}.${await digestOf(bytes)}`;
    await blobs.write(name, bytes);
    const body = { kind: "blob", name, bytes: bytes.length } as const;
    // where it is not known what became of it, the blob is kept: said once more, the result has the same name
    const finished = await queue.complete(lease, { status, contentType, body });
    if (finished.kind === "superseded") await blobs.forget([name]);
    return finished;
  }
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Buffer.from(digest).toString("hex").slice(0, 32);
}
