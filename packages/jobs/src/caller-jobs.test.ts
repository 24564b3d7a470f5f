import { describe, expect, test } from "vitest";
import { CallerJobs } from "./caller-jobs.ts";
import { mostCallBytes } from "./submit-call.ts";
import { admin, mine, others, queueWorld, textOf, worker } from "./test/queue-world.ts";

const never = new AbortController().signal;
const wanted = { workerId: "w", limit: 1, waitSeconds: 0 };

test("what is submitted is queued as it will be called, by the endpoint's rules and its own", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { ttlSeconds: 60, maxAttempts: 7, maxPriority: 3 } });
  const order = {
    input: { a: [1] },
    priority: 3,
    delaySeconds: 0.5,
    maxAttempts: 2,
    webhook: "https://e.org",
    path: "/x?of=http://e.org",
  };
  const job = await given.callers.submit("ada/echo", order, mine);
  const now = given.clock.now();
  expect(job).toMatchObject({
    status: "QUEUED",
    endpointId: "echo",
    path: "/x?of=http://e.org",
    priority: 3,
    availableAt: now + 500,
    expiresAt: now + 60_000,
    maxAttempts: 2,
    keyId: "mine",
    webhookUrl: "https://e.org",
  });
  const { contentType, body } = await given.callers.input(job.id, mine);
  expect([contentType, await textOf(body)]).toEqual(["application/json", '{"a":[1]}']);
});

test.each([
  ["no input", {}, "input"],
  ["a path out of the endpoint's", { input: 1, path: "/a/../../b" }, "path"],
  ["the same, hidden", { input: 1, path: "/%2e%2e/b" }, "path"],
  ["the same behind a slash by its number", { input: 1, path: "/x%2f..%2fb" }, "path"],
  ["a path with a letter by its number", { input: 1, path: "/%70redict" }, "path"],
  ["a path that begins with another host", { input: 1, path: "//other/b" }, "path"],
  ["a path with a backslash", { input: 1, path: "/a\\b" }, "path"],
  ["a path with a control character", { input: 1, path: "/a\u0000" }, "path"],
  ["two keys", { input: 1, idempotencyKey: "one" }, "idempotencyKey"],
])("%s is refused by name", async (_fact, order, param) => {
  await using given = await queueWorld();
  await expect(given.callers.submit("echo", order as { input: unknown }, mine, "two")).rejects.toMatchObject({
    code: "invalid_request",
    param,
  });
  expect((await given.store.listJobs({ limit: 1 })).jobs).toEqual([]);
});

test("the same key with the same call is the same job, with another call refused, and another's own", async () => {
  await using given = await queueWorld();
  const submit = (input: unknown, caller = mine) => given.callers.submit("echo", { input }, caller, "k");
  const [first, second] = await Promise.all([submit(1), submit(1)]);
  expect(second.id).toBe(first.id);
  await expect(submit(2)).rejects.toMatchObject({ code: "conflict", details: { jobId: first.id } });
  expect((await submit(2, others)).id).not.toBe(first.id);
});

test.each([
  [86_400, {}],
  [60, { ttlSeconds: 60 }],
])(
  "a delay of %d s is refused where the job would be given up before it is begun",
  async (delaySeconds, more) => {
    await using given = await queueWorld();
    const submit = (delay: number) =>
      given.callers.submit("echo", { input: 1, delaySeconds: delay, ...more }, mine);
    await expect(submit(delaySeconds)).rejects.toMatchObject({
      code: "invalid_request",
      param: "delaySeconds",
      message: expect.stringContaining(`ttlSeconds, ${delaySeconds}, `) as string,
    });
    expect((await submit(delaySeconds - 1)).status).toBe("QUEUED");
  },
);

test("20 MiB are taken, and one byte more is refused", async () => {
  await using given = await queueWorld();
  // with its quotation marks
  const job = await given.callers.submit("echo", { input: "x".repeat(mostCallBytes - 2) }, mine);
  expect(job.inputBytes).toBe(mostCallBytes);
  await expect(
    given.callers.submit("echo", { input: "x".repeat(mostCallBytes - 1) }, mine),
  ).rejects.toMatchObject({ code: "payload_too_large" });
});

describe("another's job", () => {
  test.each<[string, (given: Awaited<ReturnType<typeof queueWorld>>, id: string) => Promise<unknown>]>([
    ["shown", ({ callers }, id) => callers.get(id, others)],
    ["waited for", ({ callers }, id) => callers.get(id, others, 1_000)],
    ["read", ({ callers }, id) => callers.input(id, others)],
    ["read at its end", ({ callers }, id) => callers.result(id, others)],
    ["followed", ({ callers }, id) => callers.stream(id, others, 0, never)],
    ["cancelled", ({ callers }, id) => callers.cancel(id, others)],
    ["retried", ({ callers }, id) => callers.retry(id, others)],
  ])("is not %s: it is not there", async (_fact, attempt) => {
    await using given = await queueWorld();
    const { id } = await given.callers.submit("echo", { input: 1 }, mine);
    const refusal = await attempt(given, id).catch((error: unknown) => error);
    const absent = await attempt(given, "nobody").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "not_found", message: `there is no job ${id}` });
    expect(absent).toMatchObject({ code: "not_found", message: "there is no job nobody" });
    expect((await given.callers.get(id, mine)).status).toBe("QUEUED");
  });

  test("is in no list but the admin's", async () => {
    await using given = await queueWorld();
    const { id } = await given.callers.submit("echo", { input: 1 }, mine);
    const ids = async (caller: typeof mine): Promise<readonly (readonly string[])[]> =>
      Promise.all([
        given.callers.list({}, caller).then(({ jobs }) => jobs.map((job) => job.id)),
        given.callers.list({}, caller, "echo").then(({ jobs }) => jobs.map((job) => job.id)),
        given.callers.getMany([id, "nobody", id], caller).then((jobs) => jobs.map((job) => job.id)),
      ]);
    expect([await ids(mine), await ids(others), await ids(admin)]).toEqual([
      [[id], [id], [id]],
      [[], [], []],
      [[id], [id], [id]],
    ]);
  });
});

test("a result is told with its type; while there is none, what the job is at and why", async () => {
  await using given = await queueWorld();
  const [done, failed] = await Promise.all(
    [1, 2].map((input) => given.callers.submit("echo", { input }, mine)),
  );
  await expect(given.callers.result(done!.id, mine)).rejects.toMatchObject({
    code: "conflict",
    details: { status: "QUEUED", error: null },
  });
  const take = async (): Promise<string> => (await given.hands.take("echo", wanted, worker, never))[0]!.lease;
  const waiting = given.callers.result(done!.id, mine, 60_000);
  await given.hands.complete(await take(), {
    status: 201,
    contentType: "text/plain",
    bytes: Buffer.from("hi"),
  });
  expect(await waiting).toMatchObject({ status: 201, contentType: "text/plain" });
  const error = { code: "boom", message: "it broke", details: "Traceback" };
  await given.hands.fail(await take(), error);
  await expect(given.callers.result(failed!.id, mine)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("it broke") as string,
    details: { status: "FAILED", error },
  });
});

test("who follows a job has progress, values with their numbers, and the end; and goes on behind any of them", async () => {
  await using given = await queueWorld();
  const { id } = await given.callers.submit("echo", { input: 1 }, mine);
  const [taken] = await given.hands.take("echo", wanted, worker, never);
  const lease = taken!.lease;
  const progress = { done: 1, total: 2, message: null };
  await given.hands.append(lease, 1, [{ a: 1 }, null]);
  await given.hands.renew("w", [{ lease, progress }]);
  const told: unknown[] = [];
  for await (const { number, event } of await given.callers.stream(id, mine, 0, never)) {
    told.push([number, event.type, event.type === "value" ? event.value : undefined]);
    if (event.type === "progress") await given.hands.completeStreamed(lease, 200);
  }
  expect(told).toEqual([
    [1, "value", { a: 1 }],
    [2, "value", null],
    [null, "progress", undefined],
    [null, "end", undefined],
  ]);
  const rest: unknown[] = [];
  for await (const one of await given.callers.stream(id, mine, 1, never)) rest.push(one.number);
  expect(rest).toEqual([2, null]);
});

test("what took too long is retried with more time, where that is said", async () => {
  await using given = await queueWorld();
  const more = { executionTimeoutSeconds: 1, ttlSeconds: 60 };
  const { id } = await given.callers.submit("echo", { input: 1, ...more }, mine);
  const take = async () => (await given.hands.take("echo", wanted, worker, never))[0];
  await take();
  await given.clock.advance(1_000);
  await given.queue.sweep();
  expect((await given.callers.get(id, mine)).error?.code).toBe("execution_timeout");
  const retried = await given.callers.retry(id, mine, { executionTimeoutSeconds: 3_600 });
  expect(retried.expiresAt).toBe(given.clock.now() + 60_000);
  expect((await take())?.executionTimeoutMs).toBe(3_600_000);
});

test("a cancelled job is retried by its endpoint's rules of today, and not when that is gone", async () => {
  await using given = await queueWorld();
  const { id } = await given.callers.submit("echo", { input: 1 }, mine);
  expect((await given.callers.cancel(id, mine)).status).toBe("CANCELLED");
  given.endpoints.set("echo", { rules: { ttlSeconds: 5 } });
  const retried = await given.callers.retry(id, mine);
  expect(retried).toMatchObject({ status: "QUEUED", expiresAt: given.clock.now() + 5_000 });
  await expect(given.callers.retry(id, mine)).rejects.toMatchObject({ code: "conflict" });
  await given.callers.cancel(id, mine);
  given.endpoints.delete("echo");
  await expect(given.callers.retry(id, mine)).rejects.toMatchObject({ code: "conflict" });
  expect((await given.callers.get(id, mine)).status).toBe("CANCELLED");
});

test("an endpoint's health counts jobs, says who works, and how long the first one waits", async () => {
  await using given = await queueWorld();
  for (const input of [1, 2, 3]) await given.callers.submit("echo", { input }, mine);
  await given.callers.submit("echo", { input: 4, delaySeconds: 60 }, mine);
  await given.hands.take("echo", { ...wanted, about: "node" }, worker, never);
  const [second] = await given.hands.take("echo", { ...wanted, workerId: "w2" }, worker, never);
  await given.hands.fail(second!.lease, { code: "x", message: "x", details: null });
  await given.clock.advance(2_500);
  expect(await given.callers.health("echo", { ...mine, owner: "ada" })).toMatchObject({
    jobs: { QUEUED: 2, RUNNING: 1, FAILED: 1, COMPLETED: 0 },
    deadLetters: 1,
    oldestWaitMs: 2_500,
    workers: [
      { id: "w", kind: "worker", status: "running", jobs: 1, about: "node" },
      { id: "w2", kind: "worker" },
    ],
  });
});

test("who works on an endpoint's jobs is told to its owner and to admins", async () => {
  await using given = await queueWorld();
  await given.hands.take("echo", { ...wanted, workerId: "gpu7.inside:4711", about: "node" }, worker, never);
  const told = async (caller: typeof mine): Promise<unknown> => {
    const [{ id, about, status } = {}] = (await given.callers.health("echo", caller)).workers;
    return [id, about, status];
  };
  expect(await told(mine)).toEqual([null, null, "idle"]);
  expect(await told({ ...mine, owner: "bob" })).toEqual([null, null, "idle"]);
  expect(await told({ ...mine, owner: "ada" })).toEqual(["gpu7.inside:4711", "node", "idle"]);
  expect(await told(admin)).toEqual(["gpu7.inside:4711", "node", "idle"]);
});

test("a purge cancels what waits; of a deleted endpoint nothing is left to wait or run", async () => {
  await using given = await queueWorld();
  for (const input of [1, 2, 3]) await given.callers.submit("echo", { input }, mine);
  const [held] = await given.hands.take("echo", wanted, worker, never);
  const purged = await given.callers.purge("echo", admin);
  expect(purged.length).toBe(2);
  await given.callers.submit("echo", { input: 4 }, mine);
  given.endpoints.delete("echo");
  expect(await given.callers.cancelAll("echo")).toBe(2);
  expect((await given.store.counts()).get("echo")).toMatchObject({ QUEUED: 0, RUNNING: 0, CANCELLED: 4 });
  expect(await given.hands.renew("w", [{ lease: held!.lease }])).toEqual(["over"]);
  await expect(given.callers.submit("echo", { input: 5 }, mine)).rejects.toMatchObject({ code: "not_found" });
});

test("a queue that is full accepts nothing and says so", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { limit: 1 } });
  const ended = await Promise.allSettled(
    [1, 2].map((input) => given.callers.submit("echo", { input }, mine)),
  );
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(ended[1]).toMatchObject({ reason: { code: "rate_limited" } });
});

test("one key cannot fill the queue of others, but the owner's can", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { limitPerKey: 1 } });
  const submit = (caller: typeof mine) => given.callers.submit("echo", { input: 1 }, caller);
  const first = await submit(mine);
  await expect(submit(mine)).rejects.toMatchObject({
    code: "rate_limited",
    details: { rule: "queue.limitPerKey" },
  });
  await submit(others);
  for (const own of [admin, { ...mine, keyId: "own", owner: "ada" }])
    for (let count = 0; count < 2; count += 1) await submit(own);
  // nor by jobs that are queued once more
  await given.callers.cancel(first.id, mine);
  await submit(mine);
  await expect(given.callers.retry(first.id, mine)).rejects.toMatchObject({ code: "rate_limited" });
});

test("of what the queue may hold one key has a quarter of the bytes, others than the owner nine tenths, the owner all", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { limitBytes: 100 } });
  const submit = (bytes: number, caller: typeof mine) =>
    given.callers.submit("echo", { input: "x".repeat(bytes - 2) }, caller);
  const full = { code: "rate_limited", details: { rule: "queue.limitBytes" } };
  const own = { ...mine, keyId: "own", owner: "ada" };
  const key = (keyId: string) => ({ ...others, keyId });
  await expect(submit(26, mine)).rejects.toMatchObject(full);
  const first = await submit(25, mine);
  // what is cancelled is there still
  await given.callers.cancel(first.id, mine);
  await expect(submit(2, mine)).rejects.toMatchObject(full);
  await given.callers.retry(first.id, mine);
  for (const keyId of ["1", "2"]) await submit(25, key(keyId));
  await submit(15, key("3"));
  await expect(submit(2, key("4"))).rejects.toMatchObject(full);
  await submit(10, own);
  for (const caller of [own, admin]) await expect(submit(2, caller)).rejects.toMatchObject(full);
});

test("callers ask for the priorities that the endpoint's rules leave them, and its owner for any", async () => {
  await using given = await queueWorld();
  const submit = (priority: number, caller = mine) =>
    given.callers.submit("echo", { input: 1, priority }, caller);
  for (const priority of [-1000, 0]) expect((await submit(priority)).priority).toBe(priority);
  await expect(submit(1)).rejects.toMatchObject({
    code: "forbidden",
    param: "priority",
    details: { most: 0 },
  });
  await expect(submit(1, { ...mine, owner: "bob" })).rejects.toMatchObject({ code: "forbidden" });
  for (const own of [admin, { ...mine, owner: "ada" }]) expect((await submit(1000, own)).priority).toBe(1000);
  given.endpoints.set("echo", { rules: { maxPriority: 7 } });
  expect((await submit(7)).priority).toBe(7);
  await expect(submit(8)).rejects.toMatchObject({ details: { most: 7 } });
});

test("a submission is a request of the key's where workers take it; where the server calls, the call is", async () => {
  await using given = await queueWorld();
  await given.callers.submit("echo", { input: 1 }, mine);
  given.endpoints.set("called", { isDispatched: true });
  await given.callers.submit("called", { input: 1 }, mine);
  expect(given.charged).toEqual(["mine"]);
});

test("so is a retry", async () => {
  await using given = await queueWorld();
  for (const [isDispatched, charged] of [
    [false, ["mine", "mine"]],
    [true, ["mine", "mine"]],
  ] as const) {
    given.endpoints.set("echo", { isDispatched });
    const { id } = await given.callers.submit("echo", { input: 1 }, mine);
    await given.callers.cancel(id, mine);
    await given.callers.retry(id, mine);
    expect(given.charged).toEqual(charged);
  }
});

test("a retry leaves a job no more than its endpoint allows today, but where it is the owner's", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { maxPriority: 7 } });
  const wishes = { ttlSeconds: 90_000, executionTimeoutSeconds: 700, maxAttempts: 9, priority: 7 };
  const { id } = await given.callers.submit("echo", { input: 1, ...wishes }, mine);
  const retried = async (caller: typeof mine, own = {}) => {
    await given.callers.cancel(id, mine);
    const { priority, maxAttempts, expiresAt } = await given.callers.retry(id, caller, own);
    return { priority, maxAttempts, ttlMs: expiresAt - given.clock.now() };
  };
  given.endpoints.set("echo", { rules: { maxPriority: 7 } });
  expect(await retried(mine)).toEqual({ priority: 7, maxAttempts: 9, ttlMs: 90_000_000 });
  given.endpoints.set("echo", { rules: { boundsCallers: true, maxAttempts: 4 } });
  expect(await retried(admin)).toEqual({ priority: 7, maxAttempts: 9, ttlMs: 90_000_000 });
  expect(await retried(mine)).toEqual({ priority: 0, maxAttempts: 4, ttlMs: 86_400_000 });
  const [taken] = await given.hands.take("echo", wanted, worker, never);
  expect(taken?.executionTimeoutMs).toBe(600_000);
  expect(await retried(mine, { maxAttempts: 2 })).toMatchObject({ maxAttempts: 2 });
});

test.each(["requireDisk", "charge"])("what %s refuses is not queued", async (part) => {
  await using given = await queueWorld();
  const { id } = await given.callers.submit("echo", { input: 1 }, mine);
  await given.callers.cancel(id, mine);
  const refusal = new Error("no");
  const callers = new CallerJobs({
    ...given,
    [part]: () => {
      throw refusal;
    },
  });
  await expect(callers.submit("echo", { input: 1 }, mine)).rejects.toBe(refusal);
  await expect(callers.retry(id, mine)).rejects.toBe(refusal);
  expect((await given.store.counts()).get("echo")).toMatchObject({ QUEUED: 0, CANCELLED: 1 });
});

test.each([
  ["ttlSeconds", 86_400],
  ["executionTimeoutSeconds", 600],
  ["maxAttempts", 3],
] as const)(
  "callers ask for more %s than the endpoint has unless its rules bound them",
  async (name, most) => {
    await using given = await queueWorld();
    const submit = (value: number, caller = mine) =>
      given.callers.submit("echo", { input: 1, [name]: value }, caller);
    await submit(most + 1);
    given.endpoints.set("echo", { rules: { boundsCallers: true } });
    await submit(most);
    await expect(submit(most + 1)).rejects.toMatchObject({
      code: "forbidden",
      param: name,
      details: { most },
    });
    await submit(most + 1, { ...mine, owner: "ada" });
    const { id } = await submit(most);
    await given.callers.cancel(id, mine);
    const again = (value: number) => given.callers.retry(id, mine, { [name]: value });
    await expect(again(most + 1)).rejects.toMatchObject({ code: "forbidden", param: name });
    expect((await again(most)).status).toBe("QUEUED");
  },
);
