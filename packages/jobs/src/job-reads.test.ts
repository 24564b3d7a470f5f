import { jobPieceBytes } from "@berth/store";
import { expect, test } from "vitest";
import { JobReads } from "./job-reads.ts";
import { mostInlineBytes } from "./results.ts";
import { mine, others, queueWorld, textOf, worker } from "./test/queue-world.ts";

const never = new AbortController().signal;
const wanted = { workerId: "w", limit: 1, waitSeconds: 0 };
const mebibyte = 1024 * 1024;

/** With a job whose input has so many bytes. */
async function submitted(bytes: number) {
  const given = await queueWorld();
  const { id } = await given.callers.submit("echo", { input: "x".repeat(bytes - 2) }, mine);
  const input = () => given.callers.input(id, mine).then(({ body }) => body);
  return { ...given, id, input };
}

async function completed(bytes: number) {
  const given = await submitted(10);
  const [taken] = await given.hands.take("echo", wanted, worker, never);
  const result = { status: 200, contentType: "text/plain", bytes: Buffer.alloc(bytes, "y") };
  await given.hands.complete(taken!.lease, result);
  return given;
}

test("nothing is read before it is asked for, and then a piece at a time", async () => {
  await using given = await submitted(3 * jobPieceBytes);
  const body = await given.input();
  expect((await body.next()).value?.length).toBe(jobPieceBytes);
  expect((await textOf(body)).length).toBe(2 * jobPieceBytes);
});

test("one key's readers who take nothing leave room for others, and what they leave is had again", async () => {
  await using given = await submitted(5 * mebibyte);
  const open = [];
  for (let count = 0; count < 4; count += 1) {
    const body = await given.input();
    await body.next();
    open.push(body);
  }
  const refused = await given.input();
  await expect(refused.next()).rejects.toMatchObject({
    code: "service_unavailable",
    details: { retryAfterSeconds: 5 },
  });
  const { id } = await given.callers.submit("echo", { input: 1 }, others);
  expect(await textOf((await given.callers.input(id, others)).body)).toBe("1");
  await open[0]?.return(undefined);
  expect((await textOf(await given.input())).length).toBe(5 * mebibyte);
});

test("seven keys that take nothing leave room for an eighth, and nobody's large values are in the way of others", () => {
  const reads = new JobReads({ store: {} as never, blobs: {} as never });
  for (const keyId of ["1", "2"]) reads.hold(64 * mebibyte, keyId);
  expect(() => reads.hold(64 * mebibyte, "3")).toThrow(/too much of what jobs hold/);
  for (const keyId of ["1", "2", "3", "4", "5", "6", "7"]) {
    for (let held = 0; held < 4; held += 1) reads.hold(jobPieceBytes, keyId);
    expect(() => reads.hold(1, keyId)).toThrow(/too much of what jobs hold/);
  }
  reads.hold(16 * mebibyte, "8");
});

test("a large value of a stream is held for as long as the follower has not taken it", async () => {
  await using given = await submitted(10);
  const [taken] = await given.hands.take("echo", wanted, worker, never);
  const large = "x".repeat(40 * mebibyte);
  await given.hands.append(taken!.lease, 1, [large, 2]);
  const follow = () => given.callers.stream(given.id, mine, 0, never);
  const first = await follow();
  expect((await first.next()).value?.number).toBe(1);
  await expect((await follow()).next()).rejects.toMatchObject({ code: "service_unavailable" });
  // how far it is, which is said behind it
  expect((await first.next()).value?.event.type).toBe("progress");
  expect((await (await follow()).next()).value?.number).toBe(1);
});

test("a result that is forgotten amid its reading breaks off", async () => {
  await using given = await completed(5 * mebibyte);
  const { body } = await given.callers.result(given.id, mine);
  await body.next();
  await given.store.sweep(Number.MAX_SAFE_INTEGER);
  await expect(textOf(body)).rejects.toMatchObject({ code: "not_found" });
});

test("a blob that is shorter than it was breaks off", async () => {
  await using given = await completed(mostInlineBytes + 1);
  for (const name of given.blobs.kept.keys()) given.blobs.kept.set(name, Buffer.from("short"));
  const { body, bytes } = await given.callers.result(given.id, mine);
  expect(bytes).toBe(mostInlineBytes + 1);
  await expect(textOf(body)).rejects.toMatchObject({ code: "internal" });
});
