import type { JobState } from "@berth/api";
import { describe, expect, test } from "vitest";
import type { JobEnding, JobStore, Lease } from "../../job-store.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { openJobStore } from "./open-jobs.ts";

const endpointId = "end-1";
const claim = { endpointId, workerId: "w1", limit: 10, leaseMs: 1000 };
const failure = { code: "handler_failed", message: "it threw", details: "Traceback" };
const completed = (text: string): JobEnding => ({
  kind: "completed",
  result: { status: 200, contentType: "application/json", body: { kind: "bytes", bytes: Buffer.from(text) } },
});
const failed = (retryAt: number | null): JobEnding => ({ kind: "failed", error: failure, retryAt });

async function resultOf(jobs: JobStore, id: string): Promise<string | undefined> {
  const body = (await jobs.getResult(id))?.body;
  return body?.kind === "bytes" ? Buffer.from(body.bytes).toString() : undefined;
}

/** One that somebody works on. */
async function started(jobs: JobStore, more: Partial<Parameters<typeof newJob>[0]> = {}): Promise<Lease> {
  await jobs.submit(newJob({ id: "a", ...more }), 0);
  const [taken] = await jobs.claim(claim, 0);
  if (taken === undefined) throw new Error("nothing was claimed");
  return taken.lease;
}

async function stateOf(jobs: JobStore, id = "a"): Promise<JobState | undefined> {
  return (await jobs.getJob(id))?.state;
}

test("what was submitted is claimed whole, completed, and read back, also after a restart", async () => {
  await using given = await temporaryJobs();
  const { job } = await given.jobs.submit(newJob({ id: "a", webhookUrl: "https://example.org/hook" }), 5);
  expect(job).toMatchObject({
    id: "a",
    state: "QUEUED",
    sequence: 1,
    createdAt: 5,
    attempts: 0,
    inputBytes: 10,
  });
  const [taken] = await given.jobs.claim(claim, 7);
  expect(taken).toMatchObject({
    job: { state: "RUNNING", startedAt: 7, attempts: 1, workerId: "w1" },
    lease: { jobId: "a", attempt: 1 },
    call: { path: "/predict", contentType: "application/json" },
  });
  expect(Buffer.from(taken?.call.body ?? []).toString()).toBe('{"of":"a"}');
  expect(await given.jobs.claim(claim, 7)).toEqual([]);
  expect(await given.jobs.finish({ jobId: "a", attempt: 1 }, completed("[1]"), 9)).toEqual({
    kind: "stored",
    state: "COMPLETED",
  });
  await given.jobs.close();
  const again = await openJobStore({ path: given.path });
  expect(await again.getJob("a")).toMatchObject({
    state: "COMPLETED",
    finishedAt: 9,
    result: { status: 200, contentType: "application/json", bytes: 3 },
    webhookUrl: "https://example.org/hook",
  });
  expect(await resultOf(again, "a")).toBe("[1]");
  expect((await again.counts()).get(endpointId)).toMatchObject({ COMPLETED: 1, QUEUED: 0, RUNNING: 0 });
  await again.close();
});

test("higher priorities go first, then who came first; what is for later and another endpoint's are left", async () => {
  await using given = await temporaryJobs();
  const rows = [
    newJob({ id: "first" }),
    newJob({ id: "low", priority: -1 }),
    newJob({ id: "later", availableAt: 100 }),
    newJob({ id: "high", priority: 5 }),
    newJob({ id: "other", endpointId: "end-2" }),
    newJob({ id: "second" }),
  ];
  await Promise.all(rows.map((row) => given.jobs.submit(row, 0)));
  const ids = async (now: number): Promise<string[]> =>
    (await given.jobs.claim({ ...claim, limit: 3 }, now)).map(({ job }) => job.id);
  expect([await ids(0), await ids(0), await ids(99)]).toEqual([["high", "first", "second"], ["low"], []]);
  expect((await given.jobs.sweep(99)).nextAt).toBe(100);
  await given.jobs.sweep(100);
  expect(await ids(100)).toEqual(["later"]);
});

test("two that claim at once get no job twice", async () => {
  await using given = await temporaryJobs();
  for (let index = 0; index < 50; index += 1) void given.jobs.submit(newJob({ id: `j${index}` }), 0);
  const claims = Array.from({ length: 20 }, () => given.jobs.claim({ ...claim, limit: 5 }, 0));
  const ids = (await Promise.all(claims)).flat().map(({ job }) => job.id);
  expect(ids.length).toBe(50);
  expect(new Set(ids).size).toBe(50);
});

describe("an idempotency key", () => {
  const idempotency = { key: "k", digest: "d" };
  test("leads to the job that has it, whatever became of that", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { idempotency });
    await given.jobs.finish(lease, completed("1"), 1);
    const repeated = await given.jobs.submit(newJob({ id: "b", idempotency }), 2);
    expect(repeated).toMatchObject({ kind: "repeated", job: { id: "a", state: "COMPLETED" } });
    expect(await given.jobs.getJob("b")).toBeUndefined();
  });

  test.each([
    ["of two that come at once, one is accepted", {}, ["accepted", "repeated"]],
    ["is another's with another key", { keyId: "key-2" }, ["accepted", "accepted"]],
    ["is another's on another endpoint", { endpointId: "end-2" }, ["accepted", "accepted"]],
  ])("%s", async (_fact, more, kinds) => {
    await using given = await temporaryJobs();
    const both = [newJob({ id: "a", idempotency }), newJob({ id: "b", idempotency, ...more })];
    const submitted = await Promise.all(both.map((job) => given.jobs.submit(job, 0)));
    expect(submitted.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("of another call is refused, and leaves what came with it be", async () => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "a", idempotency }), 0);
    const other = { key: "k", digest: "other" };
    const all = await Promise.allSettled([
      given.jobs.submit(newJob({ id: "b" }), 0),
      given.jobs.submit(newJob({ id: "c", idempotency: other }), 0),
      given.jobs.submit(newJob({ id: "d" }), 0),
    ]);
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(all[1]).toMatchObject({ reason: { code: "conflict", details: { jobId: "a" } } });
    expect((await given.jobs.counts()).get(endpointId)?.QUEUED).toBe(3);
  });
});

test("a full queue refuses, until there is room", async () => {
  await using given = await temporaryJobs();
  const submit = (id: string) => given.jobs.submit(newJob({ id, queueLimit: 2 }), 0);
  const all = await Promise.allSettled(["a", "b", "c"].map(submit));
  expect(all[2]).toMatchObject({ status: "rejected", reason: { code: "rate_limited" } });
  await given.jobs.claim({ ...claim, limit: 1 }, 0);
  expect((await submit("c")).kind).toBe("accepted");
});

describe("a lease", () => {
  test("is kept by heartbeats, which tell progress", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    const progress = { done: 3, total: 10, message: "frames" };
    expect(await given.jobs.renew([{ lease, progress }], 1000, 900)).toEqual(["held"]);
    await given.jobs.sweep(1500);
    expect(await given.jobs.getJob("a")).toMatchObject({ state: "RUNNING", progress });
    await given.jobs.renew([{ lease }], 1000, 1600);
    expect((await given.jobs.getJob("a"))?.progress).toEqual(progress);
  });

  test("that is lost by silence leaves its job to others", async () => {
    await using given = await temporaryJobs();
    const lost = await started(given.jobs);
    await given.jobs.sweep(1000);
    expect(await stateOf(given.jobs)).toBe("QUEUED");
    const [taken] = await given.jobs.claim({ ...claim, workerId: "w2" }, 1001);
    expect(taken?.lease).toEqual({ jobId: "a", attempt: 2 });
    expect(await given.jobs.renew([{ lease: lost }], 1000, 1002)).toEqual(["over"]);
    expect(await given.jobs.append(lost, [Buffer.from("1")], 1002)).toBe("over");
    expect(await given.jobs.finish(lost, failed(null), 1002)).toEqual({
      kind: "superseded",
      state: "RUNNING",
    });
  });

  test("that was lost is had again where nobody has come", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.sweep(1000);
    expect(await given.jobs.renew([{ lease }], 1000, 1500)).toEqual(["held"]);
    expect(await stateOf(given.jobs)).toBe("RUNNING");
    expect(await given.jobs.claim(claim, 1500)).toEqual([]);
  });

  test.each<[string, JobEnding]>([
    ["was given back", { kind: "given_back" }],
    ["failed", failed(0)],
  ])("of a job that %s is not had again", async (_fact, ending) => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.finish(lease, ending, 1);
    expect(await given.jobs.renew([{ lease }], 1000, 2)).toEqual(["over"]);
    expect(await stateOf(given.jobs)).toBe("QUEUED");
  });

  test("lost as often as it may be tried makes a dead letter, whose result is too late then", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { maxAttempts: 1 });
    await given.jobs.sweep(1000);
    expect(await given.jobs.getJob("a")).toMatchObject({
      state: "FAILED",
      isDeadLetter: true,
      error: { code: "worker_lost" },
    });
    expect((await given.jobs.finish(lease, completed("1"), 1001)).kind).toBe("superseded");
  });
});

test.each([
  ["while nobody has come", false],
  ["while another works on it", true],
])("a late result counts %s, and no second one does", async (_fact, isTaken) => {
  await using given = await temporaryJobs();
  const late = await started(given.jobs);
  await given.jobs.sweep(1000);
  const [other] = isTaken ? await given.jobs.claim(claim, 1001) : [];
  expect((await given.jobs.finish(late, completed("late"), 1002)).kind).toBe("stored");
  expect((await given.jobs.finish(late, completed("again"), 1003)).kind).toBe("superseded");
  if (other !== undefined) {
    expect(await given.jobs.renew([{ lease: other.lease }], 1000, 1003)).toEqual(["over"]);
    expect((await given.jobs.finish(other.lease, completed("other"), 1004)).kind).toBe("superseded");
  }
  expect(await resultOf(given.jobs, "a")).toBe("late");
});

test("of attempts that never were nothing counts", async () => {
  await using given = await temporaryJobs();
  await started(given.jobs);
  for (const lease of [
    { jobId: "a", attempt: 0 },
    { jobId: "a", attempt: Number.NaN },
    { jobId: "a", attempt: 2 },
    { jobId: "nobody", attempt: 1 },
  ]) {
    expect((await given.jobs.finish(lease, completed("forged"), 1)).kind).toBe("superseded");
    expect(await given.jobs.renew([{ lease }], 1000, 1)).toEqual(["over"]);
  }
  expect(await stateOf(given.jobs)).toBe("RUNNING");
});

test("what failed is tried again after its pause, so often and no more", async () => {
  await using given = await temporaryJobs();
  const first = await started(given.jobs, { maxAttempts: 2 });
  await given.jobs.finish(first, failed(500), 1);
  expect(await given.jobs.getJob("a")).toMatchObject({ state: "QUEUED", error: failure, availableAt: 500 });
  await given.jobs.sweep(499);
  expect(await given.jobs.claim(claim, 499)).toEqual([]);
  await given.jobs.sweep(500);
  const [second] = await given.jobs.claim(claim, 500);
  expect(second?.job).toMatchObject({ attempts: 2, error: null });
  expect(await given.jobs.finish({ jobId: "a", attempt: 2 }, failed(1000), 600)).toEqual({
    kind: "stored",
    state: "FAILED",
  });
  expect(await given.jobs.getJob("a")).toMatchObject({ state: "FAILED", isDeadLetter: true, error: failure });
});

test("what is given back costs no attempt, and keeps its place", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs, { maxAttempts: 1 });
  await given.jobs.submit(newJob({ id: "b" }), 1);
  await given.jobs.finish(lease, { kind: "given_back" }, 2);
  const taken = await given.jobs.claim(claim, 3);
  expect(taken.map(({ job, lease: { attempt } }) => [job.id, job.attempts, attempt])).toEqual([
    ["a", 1, 2],
    ["b", 1, 1],
  ]);
});

describe("what a job streams", () => {
  const values = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

  test("is read from any point on, and is its result when it says so", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    expect(await given.jobs.append(lease, values("1", '"two"'), 1)).toBe("held");
    expect(await given.jobs.append(lease, values("[3]"), 2)).toBe("held");
    const events = await given.jobs.listEvents("a", 1, 10);
    expect(events.map(({ number, kind, data }) => [number, kind, Buffer.from(data).toString()])).toEqual([
      [2, "value", '"two"'],
      [3, "value", "[3]"],
    ]);
    const result = { status: 200, contentType: "application/json", body: { kind: "events" } } as const;
    await given.jobs.finish(lease, { kind: "completed", result }, 3);
    expect(await resultOf(given.jobs, "a")).toBe('[1,"two",[3]]');
    expect((await given.jobs.getJob("a"))?.result?.bytes).toBe(13);
  });

  test("is void when it begins anew", async () => {
    await using given = await temporaryJobs();
    const lost = await started(given.jobs);
    await given.jobs.append(lost, values("1", "2"), 1);
    await given.jobs.sweep(1000);
    const [taken] = await given.jobs.claim(claim, 1001);
    if (taken === undefined) throw new Error("nothing was claimed");
    await given.jobs.append(taken.lease, values("9"), 1002);
    const events = await given.jobs.listEvents("a", 0, 10);
    expect(events.map(({ number, kind }) => [number, kind])).toEqual([
      [1, "value"],
      [2, "value"],
      [3, "restart"],
      [4, "value"],
    ]);
    const result = { status: 200, contentType: "application/json", body: { kind: "events" } } as const;
    expect((await given.jobs.finish(lost, { kind: "completed", result }, 1003)).kind).toBe("superseded");
    await given.jobs.finish(taken.lease, { kind: "completed", result }, 1004);
    expect(await resultOf(given.jobs, "a")).toBe("[9]");
    expect((await given.jobs.getJob("a"))?.result?.bytes).toBe(3);
  });

  test("of nothing is an empty array", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    const result = { status: 200, contentType: "application/json", body: { kind: "events" } } as const;
    await given.jobs.finish(lease, { kind: "completed", result }, 3);
    expect([await resultOf(given.jobs, "a"), (await given.jobs.getJob("a"))?.result?.bytes]).toEqual([
      "[]",
      2,
    ]);
  });
});

describe("time", () => {
  test.each<[string, Parameters<typeof started>[1] & object, boolean, number, object]>([
    [
      "ends what waits too long",
      { expiresAt: 800 },
      false,
      800,
      { state: "TIMED_OUT", error: { code: "expired" } },
    ],
    ["ends what runs when it is over", { expiresAt: 800 }, true, 800, { error: { code: "expired" } }],
    [
      "ends what takes too long",
      { executionTimeoutMs: 700 },
      true,
      700,
      { state: "TIMED_OUT", error: { code: "execution_timeout" } },
    ],
  ])("%s", async (_fact, more, isRunning, at, expected) => {
    await using given = await temporaryJobs();
    if (isRunning) await started(given.jobs, more);
    else await given.jobs.submit(newJob({ id: "a", ...more }), 0);
    expect((await given.jobs.sweep(at - 1)).nextAt).toBe(at);
    expect((await given.jobs.getJob("a"))?.finishedAt).toBeNull();
    await given.jobs.sweep(at);
    expect(await given.jobs.getJob("a")).toMatchObject({ state: "TIMED_OUT", finishedAt: at, ...expected });
  });

  test("takes what ended, dead letters later, and says which blobs nobody needs", async () => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "dead" }), 0);
    await given.jobs.submit(newJob({ id: "done" }), 0);
    await given.jobs.claim(claim, 0);
    await given.jobs.finish({ jobId: "dead", attempt: 1 }, failed(null), 0);
    const body = { kind: "blob", name: "b1", bytes: 20_000_000 } as const;
    const result = { status: 200, contentType: "image/gif", body };
    await given.jobs.finish({ jobId: "done", attempt: 1 }, { kind: "completed", result }, 0);
    expect(await given.jobs.getResult("done")).toEqual(result);
    expect(await given.jobs.sweep(99_999)).toMatchObject({ blobs: [], nextAt: 100_000 });
    expect(await given.jobs.sweep(100_000)).toMatchObject({ blobs: ["b1"], nextAt: 500_000 });
    expect([await stateOf(given.jobs, "done"), await stateOf(given.jobs, "dead")]).toEqual([
      undefined,
      "FAILED",
    ]);
    expect(await given.jobs.sweep(500_000)).toMatchObject({ nextAt: null });
    expect((await given.jobs.listJobs({ limit: 10 })).jobs).toEqual([]);
    expect(await given.jobs.getCall("done")).toBeUndefined();
  });

  test("of many things is told to be more", async () => {
    await using given = await temporaryJobs();
    await Promise.all(
      Array.from({ length: 600 }, (_, index) =>
        given.jobs.submit(newJob({ id: `j${index}`, expiresAt: 10 }), 0),
      ),
    );
    expect((await given.jobs.sweep(10)).more).toBe(true);
    expect((await given.jobs.sweep(10)).more).toBe(false);
    expect((await given.jobs.counts()).get(endpointId)?.TIMED_OUT).toBe(600);
  });
});

test("of many leases that lapse at once, none is tried oftener than it may be", async () => {
  await using given = await temporaryJobs();
  const ids = Array.from({ length: 1200 }, (_, index) => `j${index}`);
  await Promise.all(ids.map((id) => given.jobs.submit(newJob({ id, maxAttempts: 1 }), 0)));
  await given.jobs.claim({ ...claim, limit: 1200 }, 0);
  await given.jobs.sweep(1000);
  expect((await given.jobs.counts()).get(endpointId)).toMatchObject({ FAILED: 500, QUEUED: 0, RUNNING: 700 });
  while ((await given.jobs.sweep(1000)).more);
  expect((await given.jobs.counts()).get(endpointId)).toMatchObject({ FAILED: 1200, RUNNING: 0 });
});

test("what is over is not claimed, whether anybody has looked after it or not", async () => {
  await using given = await temporaryJobs();
  await given.jobs.submit(newJob({ id: "over", expiresAt: 10 }), 0);
  await given.jobs.submit(newJob({ id: "good" }), 0);
  expect((await given.jobs.claim(claim, 10)).map(({ job }) => job.id)).toEqual(["good"]);
});

test("blobs that nobody needs are told until they are gone, and one that came twice is kept", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs);
  const body = { kind: "blob", name: "b1", bytes: 9 } as const;
  const ending = { kind: "completed", result: { status: 200, contentType: "image/gif", body } } as const;
  const stored = { kind: "stored", state: "COMPLETED" };
  expect([await given.jobs.finish(lease, ending, 1), await given.jobs.finish(lease, ending, 2)]).toEqual([
    stored,
    stored,
  ]);
  for (const now of [200_000, 200_001]) expect((await given.jobs.sweep(now)).blobs).toEqual(["b1"]);
  await given.jobs.blobsForgotten(["b1"]);
  expect((await given.jobs.sweep(200_002)).blobs).toEqual([]);
});

test("a job streams no more than it may", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs);
  const much = new Uint8Array(40 * 2 ** 20);
  expect(await given.jobs.append(lease, [much], 1)).toBe("held");
  await expect(given.jobs.append(lease, [much], 2)).rejects.toMatchObject({ code: "payload_too_large" });
  expect((await given.jobs.getJob("a"))?.state).toBe("RUNNING");
});

test("one answer carries no more than it should, and the rest is there for the next", async () => {
  await using given = await temporaryJobs();
  const body = new Uint8Array(7 * 2 ** 20);
  for (const id of ["a", "b", "c", "d"])
    await given.jobs.submit(newJob({ id, call: { path: "/", contentType: "x/y", body } }), 0);
  const claims = [await given.jobs.claim(claim, 0), await given.jobs.claim(claim, 0)];
  expect(claims.map((claimed) => claimed.map(({ job }) => job.id))).toEqual([["a", "b", "c"], ["d"]]);
});

test("everything that was asked before it closes is answered, and nothing after", async () => {
  await using given = await temporaryJobs();
  const asked = Array.from({ length: 3000 }, (_, index) => given.jobs.submit(newJob({ id: `j${index}` }), 0));
  const closing = given.jobs.close();
  await expect(given.jobs.counts()).rejects.toMatchObject({ code: "shutting_down" });
  expect((await Promise.all(asked)).every(({ kind }) => kind === "accepted")).toBe(true);
  await closing;
});

describe("orders", () => {
  test.each([false, true])(
    "to cancel end it at once (running: %s), and what comes of it is void",
    async (isRunning) => {
      await using given = await temporaryJobs();
      if (isRunning) await started(given.jobs);
      else await given.jobs.submit(newJob({ id: "a" }), 0);
      expect(await given.jobs.cancel("a", 5)).toMatchObject({ state: "CANCELLED", finishedAt: 5 });
      const lease = { jobId: "a", attempt: 1 };
      expect(await given.jobs.renew([{ lease }], 1000, 6)).toEqual(["over"]);
      expect((await given.jobs.finish(lease, completed("1"), 6)).kind).toBe("superseded");
      expect(await given.jobs.claim(claim, 6)).toEqual([]);
    },
  );

  test("to cancel what has ended change nothing", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.finish(lease, completed("1"), 1);
    expect(await given.jobs.cancel("a", 5)).toMatchObject({ state: "COMPLETED", finishedAt: 1 });
  });

  test("to retry give it all its attempts again, and the stale ones count no more but for a result", async () => {
    await using given = await temporaryJobs();
    const first = await started(given.jobs, { maxAttempts: 1 });
    await given.jobs.finish(first, failed(null), 1);
    expect(await given.jobs.retry("a", { expiresAt: 9_000, queueLimit: 9 }, 2)).toMatchObject({
      state: "QUEUED",
      attempts: 0,
      expiresAt: 9_000,
    });
    expect((await given.jobs.finish(first, failed(null), 3)).kind).toBe("superseded");
    const [taken] = await given.jobs.claim(claim, 3);
    expect(taken?.lease.attempt).toBe(2);
  });

  test.each(["waits", "runs", "is completed"])("to retry one that %s are refused", async (what) => {
    await using given = await temporaryJobs();
    if (what === "waits") await given.jobs.submit(newJob({ id: "a" }), 0);
    else {
      const lease = await started(given.jobs);
      if (what === "is completed") await given.jobs.finish(lease, completed("1"), 1);
    }
    await expect(given.jobs.retry("a", { expiresAt: 10, queueLimit: 9 }, 2)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test.each(["cancel", "retry"] as const)("to %s what is not there are refused", async (verb) => {
    await using given = await temporaryJobs();
    const ordered =
      verb === "cancel"
        ? given.jobs.cancel("x", 1)
        : given.jobs.retry("x", { expiresAt: 2, queueLimit: 9 }, 1);
    await expect(ordered).rejects.toMatchObject({ code: "not_found", param: "id" });
  });

  test("to retry are refused where the queue is full", async () => {
    await using given = await temporaryJobs();
    const more = { queueLimit: 1 };
    for (const id of ["a", "b"]) {
      await given.jobs.submit(newJob({ id, ...more }), 0);
      await given.jobs.cancel(id, 0);
    }
    const retry = { expiresAt: 10, ...more };
    await given.jobs.retry("a", retry, 1);
    await expect(given.jobs.retry("b", retry, 1)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("to purge cancel what is queued, however much, and nothing else", async () => {
    await using given = await temporaryJobs();
    await started(given.jobs, { id: "running" });
    await given.jobs.submit(newJob({ id: "other", endpointId: "end-2" }), 0);
    await Promise.all(
      Array.from({ length: 2500 }, (_, index) => given.jobs.submit(newJob({ id: `j${index}` }), 0)),
    );
    expect((await given.jobs.purge(endpointId, 1)).length).toBe(2500);
    const counts = await given.jobs.counts();
    expect(counts.get(endpointId)).toMatchObject({ QUEUED: 0, CANCELLED: 2500, RUNNING: 1 });
    expect(counts.get("end-2")?.QUEUED).toBe(1);
  });
});

test("jobs are listed by each of their sides, page by page", async () => {
  await using given = await temporaryJobs();
  const { jobs } = given;
  await started(jobs, { id: "a" });
  await jobs.finish({ jobId: "a", attempt: 1 }, failed(null), 1);
  await jobs.submit(newJob({ id: "b", keyId: "key-2" }), 2);
  await jobs.submit(newJob({ id: "c", endpointId: "end-2" }), 3);
  const listed = async (filter: object): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.listJobs({ ...filter, limit: 1, cursor });
      ids.push(...page.jobs.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };
  expect(await listed({})).toEqual(["c", "b", "a"]);
  expect(await listed({ endpointId })).toEqual(["b", "a"]);
  expect(await listed({ keyId: "key-2" })).toEqual(["b"]);
  expect(await listed({ state: "QUEUED" })).toEqual(["c", "b"]);
  expect(await listed({ deadLetters: true })).toEqual(["a"]);
  await expect(jobs.listJobs({ limit: 1, cursor: "1; drop" })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("changes are told when they are on the disk, in order, until nobody listens", async () => {
  await using given = await temporaryJobs();
  const told: string[] = [];
  const stop = given.jobs.onChange(({ jobId, state, what }) => told.push(`${jobId} ${state} ${what}`));
  const lease = await started(given.jobs);
  await given.jobs.append(lease, [Buffer.from("1")], 1);
  await given.jobs.finish(lease, completed("1"), 2);
  await given.jobs.sweep(200_000);
  stop();
  await given.jobs.submit(newJob({ id: "b" }), 3);
  expect(told).toEqual([
    "a QUEUED state",
    "a RUNNING state",
    "a RUNNING progress",
    "a COMPLETED state",
    "a COMPLETED gone",
  ]);
});

test("a body that is a view of a larger piece of memory is stored as it is", async () => {
  await using given = await temporaryJobs();
  const body = Buffer.from("----abc----").subarray(4, 7);
  await given.jobs.submit(newJob({ id: "a", call: { path: "/x", contentType: "text/plain", body } }), 0);
  const call = await given.jobs.getCall("a");
  expect(Buffer.from(call?.body ?? []).toString()).toBe("abc");
});
