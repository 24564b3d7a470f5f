import { describe, expect, test } from "vitest";
import { claim, endpointId, failed, retry, started, statusOf } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { openJobStore } from "./open-jobs.ts";

describe("time", () => {
  test.each<[string, Parameters<typeof started>[1] & object, boolean, number, object]>([
    [
      "ends what waits too long",
      { expiresAt: 800 },
      false,
      800,
      { status: "TIMED_OUT", error: { code: "expired" } },
    ],
    ["ends what runs when it is over", { expiresAt: 800 }, true, 800, { error: { code: "expired" } }],
    [
      "ends what takes too long",
      { executionTimeoutMs: 700 },
      true,
      700,
      { status: "TIMED_OUT", error: { code: "execution_timeout" } },
    ],
  ])("%s", async (_fact, more, isRunning, at, expected) => {
    await using given = await temporaryJobs();
    if (isRunning) await started(given.jobs, more);
    else await given.jobs.submit(newJob({ id: "a", ...more }), 0);
    await given.jobs.sweep(at - 1);
    expect((await given.jobs.getJob("a"))?.finishedAt).toBeNull();
    await given.jobs.sweep(at);
    expect(await given.jobs.getJob("a")).toMatchObject({ status: "TIMED_OUT", finishedAt: at, ...expected });
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
    await given.jobs.sweep(99_999);
    expect(await given.jobs.unneededBlobs()).toEqual([]);
    await given.jobs.sweep(100_000);
    expect(await given.jobs.unneededBlobs()).toEqual(["b1"]);
    expect([await statusOf(given.jobs, "done"), await statusOf(given.jobs, "dead")]).toEqual([
      undefined,
      "FAILED",
    ]);
    await given.jobs.sweep(500_000);
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

test("those that only wait for somebody are counted apart, wherever they come from, also after a restart", async () => {
  await using given = await temporaryJobs();
  const counted = async (jobs = given.jobs): Promise<unknown> => {
    const { QUEUED, ready, RUNNING } = (await jobs.counts()).get(endpointId)!;
    return [QUEUED, ready, RUNNING];
  };
  const taken = async (now: number) => (await given.jobs.claim(claim, now))[0]!.lease;
  await given.jobs.submit(newJob({ id: "a", availableAt: 100 }), 0);
  expect(await counted()).toEqual([1, 0, 0]);
  await given.jobs.sweep(100);
  expect(await counted()).toEqual([1, 1, 0]);
  await given.jobs.finish(await taken(100), failed(200), 100);
  expect(await counted()).toEqual([1, 0, 0]);
  await given.jobs.sweep(200);
  await given.jobs.finish(await taken(200), { kind: "given_back" }, 200);
  expect(await counted()).toEqual([1, 1, 0]);
  const lost = await taken(200);
  expect(await counted()).toEqual([0, 0, 1]);
  await given.jobs.sweep(1_200);
  expect(await counted()).toEqual([1, 1, 0]);
  await given.jobs.renew([{ lease: lost }], 1_200);
  expect(await counted()).toEqual([0, 0, 1]);
  await given.jobs.cancel("a", 1_200);
  await given.jobs.retry("a", retry, 1_200);
  await given.jobs.submit(newJob({ id: "b", availableAt: 5_000, executionTimeoutMs: 7 }), 1_200);
  await expect(given.jobs.submit(newJob({ id: "c", queueLimit: 2 }), 1_200)).rejects.toMatchObject({
    code: "rate_limited",
  });
  expect(await counted()).toEqual([2, 1, 0]);
  await given.jobs.close();
  const again = await openJobStore({ path: given.path });
  expect(await counted(again)).toEqual([2, 1, 0]);
  // a worker with little time: neither the long one, nor the one that waits
  expect(await again.claim({ ...claim, mostExecutionMs: 10 }, 1_200)).toEqual([]);
  await again.sweep(5_000);
  const [short] = await again.claim({ ...claim, mostExecutionMs: 10 }, 5_000);
  expect(short?.job.id).toBe("b");
  await again.close();
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
  const stored = { kind: "stored", status: "COMPLETED" };
  expect([await given.jobs.finish(lease, ending, 1), await given.jobs.finish(lease, ending, 2)]).toEqual([
    stored,
    stored,
  ]);
  await given.jobs.sweep(200_000);
  for (const _ of [1, 2]) expect(await given.jobs.unneededBlobs()).toEqual(["b1"]);
  await given.jobs.blobsForgotten(["b1"]);
  expect(await given.jobs.unneededBlobs()).toEqual([]);
});
