import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { mostInlineBytes } from "./results.ts";
import { mine, others, queueWorld, textOf, until, worker } from "./test/queue-world.ts";

const never = new AbortController().signal;
const wanted = { workerId: "w", limit: 1, waitSeconds: 0 };
const small = { status: 200, contentType: "text/plain", bytes: Buffer.from("1") };
const large = { ...small, bytes: Buffer.alloc(mostInlineBytes + 1, 7) };

async function taken() {
  const given = await queueWorld();
  const { id } = await given.callers.submit("echo", { input: 1 }, mine);
  const [job] = await given.hands.take("echo", wanted, worker, never);
  return { ...given, id, lease: job!.lease, job: job! };
}

test("a worker gets what it must know, in spans: its clock may be an hour off", async () => {
  await using given = await taken();
  expect(given.job).toMatchObject({ attempt: 1, executionTimeoutMs: 600_000, leaseMs: 30_000 });
  // nothing that it says holds a time: an hour of its own changes nothing
  expect(await given.hands.renew("w", [{ lease: given.lease }])).toEqual(["held"]);
  expect((await given.callers.get(given.id, mine)).startedAt).toBe(given.clock.now());
});

test("a job whose key is gone ends in place of being handed out, and the next one is", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { rules: { retriesFailures: true } });
  const [gone, next] = await Promise.all(
    [mine, others].map((caller) => given.callers.submit("echo", { input: 1 }, caller)),
  );
  given.revoked.add(mine.keyId);
  const taken = await given.hands.take("echo", wanted, worker, never);
  expect(taken.map(({ job }) => job.id)).toEqual([next!.id]);
  expect(await given.store.getJob(gone!.id)).toMatchObject({
    status: "FAILED",
    error: { code: "invalid_api_key" },
  });
  expect(given.workers.list("echo")).toMatchObject([{ jobs: 1 }]);
});

test("of a paused endpoint nothing is handed out until it goes on", async () => {
  await using given = await queueWorld();
  given.endpoints.set("echo", { isPaused: true });
  await given.callers.submit("echo", { input: 1 }, mine);
  expect(await given.hands.take("echo", wanted, worker, never)).toEqual([]);
  const waiting = given.hands.take("echo", { ...wanted, waitSeconds: 60 }, worker, never);
  await until(() => given.clock.sleeping === 1);
  given.endpoints.set("echo", { isPaused: false });
  expect((await waiting).length).toBe(1);
});

test("who waits while the endpoint pauses gets nothing, and goes on waiting", async () => {
  await using given = await queueWorld();
  const waiting = given.hands.take("echo", { ...wanted, waitSeconds: 60 }, worker, never);
  await until(() => given.clock.sleeping === 1);
  given.endpoints.set("echo", { isPaused: true });
  await turn();
  const { id } = await given.callers.submit("echo", { input: 1 }, mine);
  await until(() => given.clock.sleeping === 1);
  expect((await given.callers.get(id, mine)).status).toBe("QUEUED");
  await given.clock.advance(60_000);
  expect(await waiting).toEqual([]);
});

test("who waits for jobs of an endpoint that is deleted is told", async () => {
  await using given = await queueWorld();
  const waiting = given.hands.take("echo", { ...wanted, waitSeconds: 60 }, worker, never);
  await until(() => given.clock.sleeping === 1);
  given.endpoints.delete("echo");
  await expect(waiting).rejects.toMatchObject({ code: "not_found" });
});

test("who waits when the queue closes gets nothing, at once", async () => {
  await using given = await queueWorld();
  const waiting = given.hands.take("echo", { ...wanted, waitSeconds: 60 }, worker, never);
  await until(() => given.clock.sleeping === 1);
  given.queue.close();
  expect(await waiting).toEqual([]);
});

test("as its time runs out a worker gets only what it can still do", async () => {
  await using given = await queueWorld();
  const hurried = { ...wanted, waitSeconds: 60, secondsLeft: 100 };
  const waiting = given.hands.take("echo", hurried, worker, never);
  await until(() => given.clock.sleeping === 1);
  await given.clock.advance(50_000);
  const long = await given.callers.submit("echo", { input: 1, executionTimeoutSeconds: 51 }, mine);
  const short = await given.callers.submit("echo", { input: 1, executionTimeoutSeconds: 50 }, mine);
  expect((await waiting).map(({ job }) => job.id)).toEqual([short.id]);
  expect((await given.callers.get(long.id, mine)).status).toBe("QUEUED");
});

test("a result that is too large for the file is kept as a blob, and read back as any other", async () => {
  await using given = await taken();
  expect(await given.hands.complete(given.lease, large)).toEqual({ kind: "stored", status: "COMPLETED" });
  expect(given.blobs.kept.size).toBe(1);
  const result = await given.callers.result(given.id, mine);
  expect(await textOf(result.body)).toBe(large.bytes.toString());
  // said once more, as the first answer may have been lost
  expect((await given.hands.complete(given.lease, large)).kind).toBe("stored");
  expect(given.blobs.kept.size).toBe(1);
});

test("a second and a late result change nothing, and leave no blob", async () => {
  await using given = await taken();
  await given.hands.complete(given.lease, small);
  expect((await given.hands.complete(given.lease, large)).kind).toBe("superseded");
  expect(given.blobs.kept.size).toBe(0);
  expect(await textOf((await given.callers.result(given.id, mine)).body)).toBe("1");
});

test("a forged lease changes nothing, and fills no disk", async () => {
  await using given = await taken();
  const forged = given.lease.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  for (const attempt of [
    given.hands.complete(forged, large),
    given.hands.completeStreamed(forged, 200),
    given.hands.append(forged, 1, [1]),
    given.hands.fail(forged, { code: "x", message: "x", details: null }),
    given.hands.giveBack(forged),
    given.hands.renew("w", [{ lease: given.lease }, { lease: forged }]),
  ])
    await expect(attempt).rejects.toMatchObject({ code: "forbidden" });
  expect(given.blobs.kept.size).toBe(0);
  expect((await given.callers.get(given.id, mine)).status).toBe("RUNNING");
});

test("what is cancelled while it runs is over for its worker, whatever it says then", async () => {
  await using given = await taken();
  await given.callers.cancel(given.id, mine);
  expect(await given.hands.append(given.lease, 1, [1])).toBe("over");
  expect(await given.hands.renew("w", [{ lease: given.lease }])).toEqual(["over"]);
  expect(await given.hands.complete(given.lease, small)).toEqual({ kind: "superseded", status: "CANCELLED" });
});

test.each([
  [true, "QUEUED"],
  [false, "FAILED"],
])("a handler's failure is tried again if the rules say so: %s", async (retriesFailures, status) => {
  await using given = await taken();
  given.endpoints.set("echo", { rules: { retriesFailures } });
  await given.hands.fail(given.lease, { code: "x", message: "x", details: null });
  expect((await given.callers.get(given.id, mine)).status).toBe(status);
});

test("what was given back often waits after its first failure as anything does", async () => {
  await using given = await taken();
  given.endpoints.set("echo", { rules: { retriesFailures: true } });
  let { lease } = given;
  for (let times = 0; times < 9; times += 1) {
    await given.hands.giveBack(lease);
    const [next] = await given.hands.take("echo", wanted, worker, never);
    lease = next!.lease;
  }
  await given.hands.fail(lease, { code: "x", message: "x", details: null });
  const { availableAt } = await given.callers.get(given.id, mine);
  expect(availableAt).toBeLessThanOrEqual(given.clock.now() + 1_000);
});

test("workers that are not heard of are silent; what they have is known again after a restart", async () => {
  await using given = await taken();
  await given.clock.advance(91_000);
  expect(given.workers.list("echo")).toMatchObject([{ id: "w", status: "silent", jobs: 1 }]);
  // as if it had been another process that knew
  given.workers.forget("echo");
  given.workers.letGo(given.id);
  await given.hands.renew("w", [{ lease: given.lease }]);
  expect(given.workers.list("echo")).toMatchObject([{ id: "w", status: "running", jobs: 1 }]);
});
