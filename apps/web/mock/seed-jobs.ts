import { type Delivery, type Job, jobTimes } from "@berth/api";
import { many } from "./many.ts";

/** A job with what hangs on it: what was submitted, what came of it, what it yielded, who was told. */
export interface MockJob {
  readonly job: Job;
  readonly input: string;
  readonly result: string | null;
  readonly values: readonly unknown[];
  readonly deliveries: readonly Delivery[];
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const summaries = "ep_5f20c1";
const evaluation = "ep_b06c55";

/** A job that waits; `given` says what is different about it. */
export function mockJob(
  now: number,
  given: Partial<Job> & Pick<Job, "id">,
  rest: Partial<MockJob> = {},
): MockJob {
  const input = rest.input ?? JSON.stringify({ text: "Orcas hunt in families.", sentences: 2 });
  const createdAt = given.createdAt ?? now - 2 * minuteMs;
  const { startedAt = null, finishedAt = null } = given;
  return {
    input,
    result: null,
    values: [],
    deliveries: [],
    ...rest,
    job: {
      endpointId: summaries,
      sequence: Math.round(createdAt / secondMs) % 1_000_000,
      status: "QUEUED",
      priority: 0,
      path: "/predict",
      inputBytes: input.length,
      createdAt,
      availableAt: createdAt,
      startedAt,
      finishedAt,
      ...jobTimes({ createdAt, startedAt, finishedAt }),
      expiresAt: createdAt + 24 * hourMs,
      attempts: 0,
      maxAttempts: 3,
      progress: null,
      error: null,
      isDeadLetter: false,
      result:
        rest.result == null
          ? null
          : { status: 200, contentType: "application/json", bytes: rest.result.length },
      keyId: "key_02",
      idempotencyKey: null,
      workerId: null,
      webhookUrl: null,
      ...given,
    },
  };
}

/** The last first. */
export function typicalJobs(now: number): MockJob[] {
  const hook = "https://birds.example.org/hooks/berth";
  const summary = JSON.stringify({
    summary: "Orcas hunt in families and teach their young. Each pod has its own dialect.",
    tokens: { input: 412, output: 19 },
    language: "en",
  });
  const waiting = many(7, (index) =>
    mockJob(now, { id: `job_7f00${20 - index}`, createdAt: now - (12 + 9 * index) * secondMs }),
  );
  return [
    ...waiting,
    mockJob(now, {
      id: "job_7f0013",
      createdAt: now - 80 * secondMs,
      availableAt: now + 5 * minuteMs,
      priority: -10,
    }),
    running(now, "job_7f0012", 70),
    mockJob(
      now,
      {
        id: "job_7f0011",
        endpointId: evaluation,
        status: "RUNNING",
        createdAt: now - 9 * minuteMs,
        availableAt: now - 9 * minuteMs,
        startedAt: now - 8 * minuteMs,
        attempts: 1,
        progress: { done: 1240, total: 4000, message: "reading questions of set 2" },
        workerId: "bench-07:4411",
        path: "/evaluate",
      },
      {
        input: JSON.stringify({ set: "birds-2", model: "pilot" }),
        values: many(12, (index) => ({ question: index + 1, correct: index % 4 !== 3 })),
      },
    ),
    mockJob(now, {
      id: "job_7f0010",
      status: "RUNNING",
      createdAt: now - 95 * secondMs,
      startedAt: now - 40 * secondMs,
      attempts: 1,
      progress: { done: 3, total: null, message: "thinking" },
      workerId: "dispatcher",
    }),
    mockJob(
      now,
      {
        id: "job_7f000f",
        status: "COMPLETED",
        createdAt: now - 6 * minuteMs,
        startedAt: now - 6 * minuteMs + 800,
        finishedAt: now - 6 * minuteMs + 12_400,
        attempts: 1,
        workerId: "dispatcher",
        webhookUrl: hook,
        idempotencyKey: "report-2026-11-30",
      },
      {
        result: summary,
        values: ["Orcas hunt in families", " and teach their young.", " Each pod has its own dialect."],
        deliveries: deliveriesOf(now, "job_7f000f", hook),
      },
    ),
    mockJob(
      now,
      {
        id: "job_7f000e",
        status: "FAILED",
        createdAt: now - 22 * minuteMs,
        startedAt: now - 21 * minuteMs,
        finishedAt: now - 21 * minuteMs + 31_000,
        attempts: 3,
        isDeadLetter: true,
        error: {
          code: "handler_failed",
          message: "ValueError: sentences must be at least 1, got 0",
          details:
            'Traceback (most recent call last):\n  File "app.py", line 41, in predict\n    return self.shorten(text, sentences)\n  File "app.py", line 22, in shorten\n    raise ValueError(f"sentences must be at least 1, got {sentences}")\nValueError: sentences must be at least 1, got 0',
        },
        workerId: "bench-07:4411",
        webhookUrl: hook,
      },
      {
        input: JSON.stringify({ text: "Gulls nest on ledges.", sentences: 0 }),
        deliveries: failingDeliveries(now, hook),
      },
    ),
    mockJob(now, {
      id: "job_7f000d",
      status: "FAILED",
      createdAt: now - 50 * minuteMs,
      startedAt: now - 39 * minuteMs,
      finishedAt: now - 38 * minuteMs,
      attempts: 3,
      isDeadLetter: true,
      error: {
        code: "worker_lost",
        message: "its worker was not heard of for 30 s, three times",
        details: null,
      },
    }),
    mockJob(now, {
      id: "job_7f000c",
      status: "TIMED_OUT",
      createdAt: now - 3 * hourMs,
      startedAt: now - 3 * hourMs + 2000,
      finishedAt: now - 3 * hourMs + 602_000,
      attempts: 1,
      error: { code: "execution_timeout", message: "it took longer than 600 s", details: null },
    }),
    mockJob(now, {
      id: "job_7f000b",
      status: "CANCELLED",
      createdAt: now - 4 * hourMs,
      finishedAt: now - 4 * hourMs + 9000,
      error: { code: "cancelled", message: "cancelled by admin", details: null },
    }),
    ...many(130, (index) => ended(now - (5 + index / 4) * hourMs, `job_6e${String(1000 - index)}`)),
  ];
}

function running(now: number, id: string, done: number): MockJob {
  return mockJob(
    now,
    {
      id,
      status: "RUNNING",
      createdAt: now - 90 * secondMs,
      startedAt: now - 35 * secondMs,
      attempts: 2,
      progress: { done, total: 120, message: "page 7 of 12" },
      workerId: "dispatcher",
    },
    { values: many(7, (index) => ({ page: index + 1, text: `Page ${index + 1} is about orcas.` })) },
  );
}

function ended(at: number, id: string): MockJob {
  const result = JSON.stringify({ summary: "Gulls nest on ledges.", language: "en" });
  return mockJob(
    at,
    { id, status: "COMPLETED", createdAt: at, startedAt: at + 400, finishedAt: at + 4100, attempts: 1 },
    { result },
  );
}

function deliveriesOf(now: number, jobId: string, url: string): Delivery[] {
  const base = { jobId, url, createdAt: now - 5 * minuteMs, nextAttemptAt: null };
  return [
    {
      ...base,
      id: "dlv_02",
      status: "delivered",
      attempts: 1,
      lastAttemptAt: now - 5 * minuteMs,
      responseStatus: 204,
      error: null,
      log: [],
    },
  ];
}

function failingDeliveries(now: number, url: string): Delivery[] {
  return [
    {
      id: "dlv_01",
      jobId: "job_7f000e",
      url,
      status: "pending",
      attempts: 4,
      lastAttemptAt: now - 3 * minuteMs,
      nextAttemptAt: now + 5 * minuteMs,
      responseStatus: 503,
      error: "503 Service Unavailable: the bird house is being cleaned",
      log: [1, 2, 3, 4].map((number) => ({
        number,
        at: now - (20 - 4 * number) * minuteMs,
        durationMs: 120,
        responseStatus: 503,
        response: "the bird house is being cleaned",
        error: "503 Service Unavailable: the bird house is being cleaned",
      })),
      createdAt: now - 20 * minuteMs,
    },
  ];
}
