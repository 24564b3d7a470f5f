import {
  BerthError,
  hasJobEnded,
  jobStatuses,
  type Job,
  type JobStreamEvent,
  type Routes,
  type Worker,
} from "@berth/api";
import type { MockHandler } from "./handler.ts";
import { mockJob } from "./seed-jobs.ts";
import type { World } from "./world.ts";

type JobRoutes =
  | "submitJob"
  | "listEndpointJobs"
  | "purgeJobs"
  | "getEndpointHealth"
  | "listJobs"
  | "getJob"
  | "getJobInput"
  | "getJobResult"
  | "streamJob"
  | "cancelJob"
  | "retryJob"
  | "listDeliveries"
  | "redeliver";

export const jobHandlers: { readonly [N in JobRoutes]: MockHandler<Routes[N]> } = {
  submitJob: ({ params, body }, world) => {
    const endpointId = world.endpoints.one(params.id).id;
    const path = body.path ?? "/predict";
    const input = JSON.stringify(body.input);
    const made = mockJob(
      Date.now(),
      { id: world.newId("job_"), endpointId, path, createdAt: Date.now() },
      { input },
    );
    return world.jobs.add(made);
  },
  listEndpointJobs: ({ params, query }, world) => {
    const { id } = world.endpoints.one(params.id);
    return page(
      world.jobs.list().filter(({ endpointId }) => endpointId === id),
      query,
    );
  },
  listJobs: ({ query }, world) => page(world.jobs.list(), query),
  purgeJobs: ({ params }, world) => {
    const { id } = world.endpoints.one(params.id);
    const cancelled = world.jobs
      .list()
      .filter((job) => job.endpointId === id && job.status === "QUEUED")
      .map((job) => world.jobs.cancel(job.id).id);
    return { cancelled };
  },
  getEndpointHealth: ({ params }, world) => {
    const { id } = world.endpoints.one(params.id);
    const jobs = world.jobs.list().filter(({ endpointId }) => endpointId === id);
    const waiting = jobs.filter(({ status }) => status === "QUEUED");
    const oldest = Math.min(...waiting.map(({ createdAt }) => createdAt));
    return {
      jobs: Object.fromEntries(
        jobStatuses.map((status) => [status, jobs.filter((job) => job.status === status).length]),
      ) as Record<(typeof jobStatuses)[number], number>,
      deadLetters: jobs.filter(({ isDeadLetter }) => isDeadLetter).length,
      oldestWaitMs: waiting.length === 0 ? null : Date.now() - oldest,
      workers: workersOf(jobs),
    };
  },
  getJob: ({ params }, world) => world.jobs.one(params.id).job,
  getJobInput: ({ params }, world) => ({
    contentType: "application/json",
    text: world.jobs.one(params.id).input,
  }),
  getJobResult: ({ params }, world) => {
    const { result, job } = world.jobs.one(params.id);
    if (result === null) throw new BerthError("conflict", `job ${job.id} has no result`);
    return { contentType: "application/json", text: result };
  },
  streamJob: ({ params, query }, world, signal) => values(world, params.id, query.after ?? 0, signal),
  cancelJob: ({ params }, world) => world.jobs.cancel(params.id),
  retryJob: ({ params }, world) =>
    world.jobs.change(params.id, {
      status: "QUEUED",
      attempts: 0,
      startedAt: null,
      finishedAt: null,
      availableAt: Date.now(),
      error: null,
      isDeadLetter: false,
      progress: null,
    }),
  listDeliveries: ({ params }, world) => ({ data: [...world.jobs.one(params.id).deliveries] }),
  redeliver: ({ params }, world) => {
    const { job, deliveries } = world.jobs.one(params.id);
    if (job.webhookUrl === null) throw new BerthError("conflict", `job ${job.id} has no webhook`);
    const made = {
      id: world.newId("dlv_"),
      jobId: job.id,
      url: job.webhookUrl,
      status: "delivered" as const,
      attempts: 1,
      lastAttemptAt: Date.now(),
      nextAttemptAt: null,
      responseStatus: 200,
      error: null,
      log: [],
      createdAt: Date.now(),
    };
    world.jobs.change(job.id, {}, { deliveries: [made, ...deliveries] });
    return made;
  },
};

function page(
  jobs: readonly Job[],
  {
    status,
    deadLetters,
    limit = 100,
    cursor,
  }: {
    readonly status?: Job["status"] | undefined;
    readonly deadLetters?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
) {
  const found = jobs.filter(
    (job) => (status === undefined || job.status === status) && (deadLetters !== "true" || job.isDeadLetter),
  );
  const first = Number(cursor ?? 0);
  const next = first + limit;
  return { data: found.slice(first, next), next: next < found.length ? String(next) : null };
}

function workersOf(jobs: readonly Job[]): Worker[] {
  const ids = [...new Set(jobs.map(({ workerId }) => workerId).filter((id) => id !== null))];
  return ids.map((id): Worker => {
    const busy = jobs.filter((job) => job.workerId === id && job.status === "RUNNING").length;
    const isOwn = id === "dispatcher";
    return {
      id,
      kind: isOwn ? "dispatcher" : "worker",
      status: busy > 0 ? "running" : "idle",
      jobs: busy,
      seenAt: Date.now() - 2000,
      about: isOwn ? null : "python 3.12 on bench-07",
    };
  });
}

async function* values(world: World, id: string, after: number, signal: AbortSignal): AsyncIterable<string> {
  world.jobs.one(id);
  let told = after;
  const event = (data: JobStreamEvent): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  while (!signal.aborted) {
    const { job, values: all } = world.jobs.one(id);
    for (; told < all.length; told += 1) yield event({ type: "value", value: all[told] });
    if (hasJobEnded(job.status)) return yield event({ type: "end", job });
    yield event({ type: "progress", progress: job.progress, status: job.status });
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
