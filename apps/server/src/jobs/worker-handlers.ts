import { BerthError, type completeJobSchema, type TakenJobBody, type z } from "@berth/api";
import type { Handlers } from "@berth/control";
import type { HandedJob, WorkerJobs } from "@berth/jobs";
import { callerOf } from "./job-handlers.ts";

export type WorkerHandlers = Pick<
  Handlers,
  "takeJobs" | "renewLeases" | "appendValues" | "completeJob" | "failJob" | "returnJob"
>;

/** The routes of those who work on jobs. */
export function workerHandlers(jobs: WorkerJobs): WorkerHandlers {
  return {
    takeJobs: async ({ params, body }, context) => {
      const taken = await jobs.take(params.id, body, callerOf(context), context.signal);
      return { data: taken.map(bodyOf) };
    },
    renewLeases: async ({ body }) => ({ data: [...(await jobs.renew(body.workerId, body.leases))] }),
    appendValues: async ({ body }) => ({ held: await jobs.append(body.lease, body.first, body.values) }),
    completeJob: ({ body }) => complete(jobs, body),
    failJob: ({ body }) => jobs.fail(body.lease, body.error),
    returnJob: ({ body }) => jobs.giveBack(body.lease),
  };
}

function bodyOf({ job, call, lease, attempt, executionTimeoutMs, leaseMs }: HandedJob): TakenJobBody {
  return {
    id: job.id,
    lease,
    attempt,
    path: call.path,
    contentType: call.contentType,
    body: Buffer.from(call.body.buffer, call.body.byteOffset, call.body.byteLength).toString("base64"),
    createdAt: job.createdAt,
    executionTimeoutMs,
    leaseMs,
  };
}

function complete(jobs: WorkerJobs, body: z.output<typeof completeJobSchema>) {
  const { lease, status, contentType, json, base64, streamed } = body;
  const said = [json, base64, streamed].filter((one) => one !== undefined).length;
  if (said !== 1)
    throw new BerthError("invalid_request", "send exactly one of json, base64 and streamed", {
      param: said === 0 ? "json" : "streamed",
    });
  if (streamed === true) return jobs.completeStreamed(lease, status);
  const [bytes, usualType] =
    base64 === undefined
      ? ([Buffer.from(JSON.stringify(json)), "application/json"] as const)
      : ([Buffer.from(base64, "base64"), "application/octet-stream"] as const);
  return jobs.complete(lease, { status, contentType: contentType ?? usualType, bytes });
}
