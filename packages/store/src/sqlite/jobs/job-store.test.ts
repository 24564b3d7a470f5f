import { describe, expect, test } from "vitest";
import type { JobStore, Retry } from "../../job-store.ts";
import { claim, completed, endpointId, failed, resultOf, retry, started } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { openJobStore } from "./open-jobs.ts";

test("what was submitted is claimed whole, completed, and read back, also after a restart", async () => {
  await using given = await temporaryJobs();
  const { job } = await given.jobs.submit(newJob({ id: "a", webhookUrl: "https://example.org/hook" }), 5);
  expect(job).toMatchObject({
    id: "a",
    status: "QUEUED",
    sequence: 1,
    createdAt: 5,
    attempts: 0,
    inputBytes: 10,
  });
  const [taken] = await given.jobs.claim(claim, 7);
  expect(taken).toMatchObject({
    job: { status: "RUNNING", startedAt: 7, attempts: 1, workerId: "w1" },
    lease: { jobId: "a", attempt: 1 },
    call: { path: "/predict", contentType: "application/json" },
  });
  expect(Buffer.from(taken?.call.body ?? []).toString()).toBe('{"of":"a"}');
  expect(await given.jobs.claim(claim, 7)).toEqual([]);
  expect(await given.jobs.finish({ jobId: "a", attempt: 1 }, completed("[1]"), 9)).toEqual({
    kind: "stored",
    status: "COMPLETED",
  });
  await given.jobs.close();
  const again = await openJobStore({ path: given.path });
  expect(await again.getJob("a")).toMatchObject({
    status: "COMPLETED",
    finishedAt: 9,
    delayMs: 2,
    executionMs: 2,
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
  expect(await given.jobs.waitingSince(endpointId)).toBeNull();
  await given.jobs.sweep(100);
  expect(await given.jobs.waitingSince(endpointId)).toBe(100);
  expect(await ids(100)).toEqual(["later"]);
});

test("of keys that have to wait none are claimed, or only so many; others' go on in their order", async () => {
  await using given = await temporaryJobs();
  const rows = [
    newJob({ id: "a1", priority: 2 }),
    newJob({ id: "b1", keyId: "key-2" }),
    newJob({ id: "a2" }),
    newJob({ id: "n1", keyId: null }),
    newJob({ id: "b2", keyId: "key-2", priority: 1 }),
    newJob({ id: "c1", keyId: "key-3", priority: 1 }),
  ];
  await Promise.all(rows.map((row) => given.jobs.submit(row, 0)));
  const ids = async (limit: number, ...room: [string | null, number][]): Promise<string[]> =>
    (await given.jobs.claim({ ...claim, limit, keyRoom: new Map(room) }, 0)).map(({ job }) => job.id);
  expect(await ids(2, ["key-1", 0])).toEqual(["b2", "c1"]);
  expect(await ids(3, ["key-1", 1], ["key-2", 0])).toEqual(["a1", "n1"]);
  expect(await ids(3, ["key-1", 0], ["key-2", 0])).toEqual([]);
  expect(await ids(3)).toEqual(["b1", "a2"]);
});

test("who has little time left gets none that may take longer", async () => {
  await using given = await temporaryJobs();
  await given.jobs.submit(newJob({ id: "long", priority: 1, executionTimeoutMs: 60_000 }), 0);
  await given.jobs.submit(newJob({ id: "short", executionTimeoutMs: 5_000 }), 0);
  const ids = async (mostExecutionMs: number): Promise<string[]> =>
    (await given.jobs.claim({ ...claim, mostExecutionMs }, 0)).map(({ job }) => job.id);
  expect([await ids(4_999), await ids(5_000), await ids(59_999), await ids(60_000)]).toEqual([
    [],
    ["short"],
    [],
    ["long"],
  ]);
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
    expect(repeated).toMatchObject({ kind: "repeated", job: { id: "a", status: "COMPLETED" } });
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

/** Limits that nothing here comes near. */
const roomy = { queueLimit: 100, keyLimit: 100, bytesLimit: 1e6 };

test.each<[string, Partial<typeof roomy>, string]>([
  ["of an endpoint's jobs", { queueLimit: 2 }, "queue.limit"],
  ["of one key's jobs", { keyLimit: 2 }, "queue.limitPerKey"],
  ["of bytes", { bytesLimit: 29 }, "queue.limitBytes"],
])(
  "a queue that is full %s refuses, names the rule, and has room when one is claimed",
  async (_fact, limit, rule) => {
    await using given = await temporaryJobs();
    const call = { path: "/", contentType: "x/y", body: Buffer.alloc(10) };
    const submit = (id: string) => given.jobs.submit(newJob({ id, call, ...roomy, ...limit }), 0);
    const all = await Promise.allSettled(["a", "b", "c"].map(submit));
    expect(all[2]).toMatchObject({
      status: "rejected",
      reason: {
        code: "rate_limited",
        message: expect.stringContaining(rule) as string,
        details: { rule },
      },
    });
    await given.jobs.claim({ ...claim, limit: 1 }, 0);
    expect((await submit("c")).kind).toBe("accepted");
    await expect(submit("d")).rejects.toMatchObject({ code: "rate_limited" });
    // as it is after the next start
    await using again = await reopened(given.path);
    const other = newJob({ id: "d", call, ...roomy, ...limit });
    await expect(again.jobs.submit(other, 0)).rejects.toMatchObject({ code: "rate_limited" });
    const others = again.jobs.submit({ ...other, keyId: "key-2" }, 0);
    if (rule === "queue.limitPerKey") expect((await others).kind).toBe("accepted");
    else await expect(others).rejects.toMatchObject({ code: "rate_limited" });
  },
);

describe("the inputs of a key that may have so many bytes", () => {
  const call = { path: "/", contentType: "x/y", body: Buffer.alloc(10) };
  const submit = (jobs: JobStore, id: string, more: object = {}) =>
    jobs.submit(newJob({ id, call, keyBytesLimit: 25, ...more }), 0);
  const refused = {
    code: "rate_limited",
    message: expect.stringMatching(/^queue\.limitBytes: .* 20 bytes of 25.*--queue-limit-bytes/) as string,
    details: { rule: "queue.limitBytes" },
  };
  const lease = { jobId: "a", attempt: 1 };

  test.each<[string, (jobs: JobStore) => Promise<unknown>]>([
    ["wait", async () => undefined],
    ["are worked on", (jobs) => jobs.claim({ ...claim, limit: 1 }, 0)],
    ["were cancelled", (jobs) => jobs.cancel("a", 0)],
    [
      "failed",
      async (jobs) => {
        await jobs.claim({ ...claim, limit: 1 }, 0);
        await jobs.finish(lease, failed(null), 0);
      },
    ],
    ["timed out", (jobs) => jobs.sweep(900_000)],
  ])("count while they %s, also after the next start, until they are forgotten", async (_fact, act) => {
    await using given = await temporaryJobs();
    const { jobs } = given;
    await submit(jobs, "a", { expiresAt: 900_000 });
    await submit(jobs, "b", { expiresAt: 9_000_000 });
    await act(jobs);
    await expect(submit(jobs, "c")).rejects.toMatchObject(refused);
    expect((await submit(jobs, "of another", { keyId: "key-2" })).kind).toBe("accepted");
    await jobs.close();
    await using again = await reopened(given.path);
    await expect(submit(again.jobs, "c")).rejects.toMatchObject(refused);
    await again.jobs.cancel("a", 900_000);
    await again.jobs.sweep(9_000_000 - 1);
    expect(await again.jobs.getJob("a")).toBeUndefined();
    expect((await submit(again.jobs, "c")).kind).toBe("accepted");
    await expect(submit(again.jobs, "d")).rejects.toMatchObject(refused);
  });

  test("count no more when their job is completed", async () => {
    await using given = await temporaryJobs();
    for (const id of ["a", "b"]) await submit(given.jobs, id);
    await given.jobs.claim({ ...claim, limit: 1 }, 0);
    await given.jobs.finish(lease, completed("1"), 0);
    expect((await submit(given.jobs, "c")).kind).toBe("accepted");
    await expect(submit(given.jobs, "d")).rejects.toMatchObject(refused);
  });

  test("count once for a job that is retried", async () => {
    await using given = await temporaryJobs();
    for (const id of ["a", "b"]) await submit(given.jobs, id);
    await given.jobs.cancel("a", 0);
    expect((await given.jobs.retry("a", { ...retry, keyBytesLimit: 25 }, 0)).status).toBe("QUEUED");
    await expect(submit(given.jobs, "c")).rejects.toMatchObject(refused);
  });
});

async function reopened(path: string) {
  const jobs = await openJobStore({ path });
  return { jobs, [Symbol.asyncDispose]: () => jobs.close() };
}

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
      expect(await given.jobs.cancel("a", 5)).toMatchObject({ status: "CANCELLED", finishedAt: 5 });
      const lease = { jobId: "a", attempt: 1 };
      expect(await given.jobs.renew([{ lease }], 6)).toEqual(["over"]);
      expect((await given.jobs.finish(lease, completed("1"), 6)).kind).toBe("superseded");
      expect(await given.jobs.claim(claim, 6)).toEqual([]);
    },
  );

  test("to cancel what has ended change nothing", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.finish(lease, completed("1"), 1);
    expect(await given.jobs.cancel("a", 5)).toMatchObject({ status: "COMPLETED", finishedAt: 1 });
  });

  test("to retry give it all its attempts again, and the stale ones count no more but for a result", async () => {
    await using given = await temporaryJobs();
    const first = await started(given.jobs, { maxAttempts: 1 });
    await given.jobs.finish(first, failed(null), 1);
    expect(await given.jobs.retry("a", retry, 2)).toMatchObject({
      status: "QUEUED",
      attempts: 0,
      expiresAt: 1_000_002,
    });
    expect((await given.jobs.finish(first, failed(null), 3)).kind).toBe("superseded");
    const [taken] = await given.jobs.claim(claim, 3);
    expect(taken?.lease.attempt).toBe(2);
  });

  test("to retry it go by what they say, then by what it said, and both are kept; then by the rules", async () => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "a", own: { ttlMs: 7_000 } }), 0);
    const retried = async (own: NonNullable<Retry["own"]>, now: number) => {
      await given.jobs.cancel("a", now);
      const { expiresAt, maxAttempts } = await given.jobs.retry("a", { ...retry, own }, now);
      const [taken] = await given.jobs.claim(claim, now);
      return { ttlMs: expiresAt - now, maxAttempts, executionTimeoutMs: taken?.executionTimeoutMs };
    };
    const { terms } = retry;
    expect(await retried({}, 1)).toEqual({ ...terms, ttlMs: 7_000 });
    const more = { executionTimeoutMs: 20_000, maxAttempts: 9 };
    expect(await retried(more, 2)).toEqual({ ...more, ttlMs: 7_000 });
    expect(await retried({ ttlMs: 8_000 }, 3)).toEqual({ ...more, ttlMs: 8_000 });
  });

  test.each(["waits", "runs", "is completed"])("to retry one that %s are refused", async (what) => {
    await using given = await temporaryJobs();
    if (what === "waits") await given.jobs.submit(newJob({ id: "a" }), 0);
    else {
      const lease = await started(given.jobs);
      if (what === "is completed") await given.jobs.finish(lease, completed("1"), 1);
    }
    await expect(given.jobs.retry("a", retry, 2)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test.each(["cancel", "retry"] as const)("to %s what is not there are refused", async (verb) => {
    await using given = await temporaryJobs();
    const ordered = verb === "cancel" ? given.jobs.cancel("x", 1) : given.jobs.retry("x", retry, 1);
    await expect(ordered).rejects.toMatchObject({ code: "not_found", param: "id" });
  });

  test("to retry are refused where the queue is full", async () => {
    await using given = await temporaryJobs();
    const more = { ...roomy, queueLimit: 1 };
    for (const id of ["a", "b"]) {
      await given.jobs.submit(newJob({ id, ...more }), 0);
      await given.jobs.cancel(id, 0);
    }
    await given.jobs.retry("a", { ...retry, ...more }, 1);
    await expect(given.jobs.retry("b", { ...retry, ...more }, 1)).rejects.toMatchObject({
      code: "rate_limited",
    });
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
  expect(await listed({ status: "QUEUED" })).toEqual(["c", "b"]);
  expect(await listed({ deadLetters: true })).toEqual(["a"]);
  await expect(jobs.listJobs({ limit: 1, cursor: "1; drop" })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("changes are told when they are on the disk, in order, until nobody listens", async () => {
  await using given = await temporaryJobs();
  const told: string[] = [];
  const stop = given.jobs.onChange(({ jobId, status, what }) => told.push(`${jobId} ${status} ${what}`));
  const lease = await started(given.jobs);
  await given.jobs.append(lease, 1, [Buffer.from("1")], 1);
  await given.jobs.finish(lease, completed("1"), 2);
  await given.jobs.sweep(200_000);
  stop();
  await given.jobs.submit(newJob({ id: "b" }), 3);
  expect(told).toEqual([
    "a QUEUED status",
    "a RUNNING status",
    "a RUNNING progress",
    "a COMPLETED status",
    "a COMPLETED gone",
  ]);
});

test("a body that is a view of a larger piece of memory is stored as it is", async () => {
  await using given = await temporaryJobs();
  const body = Buffer.from("----abc----").subarray(4, 7);
  await given.jobs.submit(newJob({ id: "a", call: { path: "/x", contentType: "text/plain", body } }), 0);
  const piece = await given.jobs.readPiece("a", "input", { event: 0, offset: 0 });
  expect(Buffer.from(piece?.bytes ?? []).toString()).toBe("abc");
});
