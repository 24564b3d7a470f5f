import type { JobStatus } from "@berth/api";
import type { JobEnding, JobStore, Lease, Retry } from "../job-store.ts";
import { newJob } from "./temporary-jobs.ts";

/** What tests do with jobs, at time 0 where nothing else is said. */

export const endpointId = "end-1";
export const claim = { endpointId, workerId: "w1", limit: 10, leaseMs: 1000 };
export const failure = { code: "handler_failed", message: "it threw", details: "Traceback" };
export const completed = (text: string): JobEnding => ({
  kind: "completed",
  result: { status: 200, contentType: "application/json", body: { kind: "bytes", bytes: Buffer.from(text) } },
});
export const failed = (retryAt: number | null): JobEnding => ({ kind: "failed", error: failure, retryAt });

/** Once more, by terms as they are usual. */
export const retry: Retry = {
  terms: { ttlMs: 1_000_000, executionTimeoutMs: 10_000, maxAttempts: 3 },
  queueLimit: 10,
  keyLimit: 10,
  bytesLimit: 1e6,
};

export async function resultOf(jobs: JobStore, id: string): Promise<string | undefined> {
  const body = (await jobs.getResult(id))?.body;
  return body?.kind === "bytes" ? Buffer.from(body.bytes).toString() : undefined;
}

/** One that somebody works on. */
export async function started(
  jobs: JobStore,
  more: Partial<Parameters<typeof newJob>[0]> = {},
): Promise<Lease> {
  await jobs.submit(newJob({ id: "a", ...more }), 0);
  const [taken] = await jobs.claim(claim, 0);
  if (taken === undefined) throw new Error("nothing was claimed");
  return taken.lease;
}

export async function statusOf(jobs: JobStore, id = "a"): Promise<JobStatus | undefined> {
  return (await jobs.getJob(id))?.status;
}
