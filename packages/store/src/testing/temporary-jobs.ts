import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewJob } from "../job-store.ts";
import type { JobLink } from "../sqlite/jobs/job-link.ts";
import { openJobStore } from "../sqlite/jobs/open-jobs.ts";

/** A queue in a folder of its own; `await using` closes it and deletes the folder. */
export async function temporaryJobs(): Promise<{ jobs: JobLink; path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "berth-jobs-"));
  const path = join(folder, "jobs.db");
  const jobs = await openJobStore({ path });
  return {
    jobs,
    path,
    [Symbol.asyncDispose]: async () => {
      await jobs.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A job as it might be submitted at time 0: plausible in everything but what is given. */
export function newJob(more: Partial<NewJob> & Pick<NewJob, "id">): NewJob {
  return {
    endpointId: "end-1",
    keyId: "key-1",
    priority: 0,
    call: { path: "/predict", contentType: "application/json", body: Buffer.from(`{"of":"${more.id}"}`) },
    availableAt: 0,
    expiresAt: 1_000_000,
    executionTimeoutMs: 10_000,
    maxAttempts: 3,
    retentionMs: 100_000,
    deadLetterMs: 500_000,
    idempotency: null,
    webhookUrl: null,
    queueLimit: 100_000,
    keyLimit: 100_000,
    bytesLimit: 1e12,
    ...more,
  };
}
