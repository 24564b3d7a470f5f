import { describe, expect, test } from "vitest";
import type { DeliveryClaim, JobChange, JobStore, NewJob } from "../../job-store.ts";
import { completed, endpointId, failed, retry, started } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";

const webhookUrl = "https://hooks.example/done";
const wanted: DeliveryClaim = { limit: 10, perHost: 4, underWay: new Map(), leaseMs: 1000 };
const answered = { at: 10, durationMs: 5, responseStatus: 500, response: "no", error: "it answered 500" };
const good = { ...answered, responseStatus: 200, response: "yes", error: null };

async function cancelled(jobs: JobStore, id: string, more: Partial<NewJob> = {}, now = 0): Promise<void> {
  await jobs.submit(newJob({ id, webhookUrl, ...more }), 0);
  await jobs.cancel(id, now);
}

async function claimedIds(jobs: JobStore, now: number, more: Partial<DeliveryClaim> = {}) {
  const { claimed } = await jobs.claimDeliveries({ ...wanted, ...more }, now);
  return claimed.map(({ lease }) => lease.deliveryId).toSorted();
}

describe("the end of a job and what its webhook is to be told are one:", () => {
  test.each<[string, (jobs: JobStore) => Promise<unknown>]>([
    ["COMPLETED", async (jobs) => jobs.finish(await started(jobs, { webhookUrl }), completed("1"), 5)],
    ["FAILED", async (jobs) => jobs.finish(await started(jobs, { webhookUrl }), failed(null), 5)],
    ["CANCELLED", (jobs) => cancelled(jobs, "a", {}, 5)],
    [
      "CANCELLED by a purge",
      async (jobs) => {
        await jobs.submit(newJob({ id: "a", webhookUrl }), 0);
        await jobs.purge(endpointId, 5);
      },
    ],
    [
      "TIMED_OUT",
      async (jobs) => {
        await jobs.submit(newJob({ id: "a", webhookUrl, expiresAt: 5 }), 0);
        await jobs.sweep(5);
      },
    ],
    [
      "FAILED by silence",
      async (jobs) => {
        await started(jobs, { webhookUrl, maxAttempts: 1 });
        await jobs.sweep(1000);
      },
    ],
  ])("%s", async (_status, end) => {
    await using given = await temporaryJobs();
    await end(given.jobs);
    const job = await given.jobs.getJob("a");
    const { claimed } = await given.jobs.claimDeliveries(wanted, 1000);
    const lease = { deliveryId: "a-1", attempt: 1 };
    expect(claimed).toEqual([
      { lease, url: webhookUrl, host: "hooks.example", job, since: job?.finishedAt, tries: 1 },
    ]);
  });

  test("nothing is owed by one without a webhook, nor by one that is queued again", async () => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "none" }), 0);
    await given.jobs.cancel("none", 0);
    const lease = await started(given.jobs, { webhookUrl });
    await given.jobs.finish(lease, failed(10), 0);
    await given.jobs.finish(lease, { kind: "given_back" }, 0);
    expect(await given.jobs.claimDeliveries(wanted, 100)).toEqual({ claimed: [], nextAt: null });
  });

  test("one that ended already ends no second time", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { webhookUrl });
    await given.jobs.finish(lease, completed("1"), 0);
    await given.jobs.finish(lease, completed("2"), 0);
    await given.jobs.cancel("a", 0);
    expect(await claimedIds(given.jobs, 0)).toEqual(["a-1"]);
  });
});

test("what is claimed is nobody else's until its lease is over, and then it is another try", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a");
  expect(await claimedIds(given.jobs, 0)).toEqual(["a-1"]);
  expect(await given.jobs.claimDeliveries(wanted, 999)).toEqual({ claimed: [], nextAt: 1000 });
  const { claimed } = await given.jobs.claimDeliveries(wanted, 1000);
  expect(claimed.map(({ lease, tries }) => [lease.attempt, tries])).toEqual([[2, 2]]);
  const late = { deliveryId: "a-1", attempt: 1 };
  expect(await given.jobs.recordDelivery(late, good, { kind: "delivered" }, 1001)).toBe("over");
  expect((await given.jobs.listDeliveries("a"))[0]).toMatchObject({ status: "pending", log: [] });
});

test("each host has its share, and who has waited longest comes first", async () => {
  await using given = await temporaryJobs();
  for (let index = 0; index < 8; index += 1) await cancelled(given.jobs, `slow${index}`, {}, index);
  for (const [index, id] of ["x", "y"].entries())
    await cancelled(given.jobs, id, { webhookUrl: `https://other.example:8443/${id}` }, 20 + index);
  expect(await claimedIds(given.jobs, 100, { perHost: 3 })).toEqual([
    "slow0-1",
    "slow1-1",
    "slow2-1",
    "x-1",
    "y-1",
  ]);
  const underWay = new Map([["hooks.example", 3]]);
  expect(await given.jobs.claimDeliveries({ ...wanted, perHost: 3, underWay }, 100)).toEqual({
    claimed: [],
    nextAt: 1100,
  });
  expect(await claimedIds(given.jobs, 100, { limit: 2 })).toEqual(["slow3-1", "slow4-1"]);
});

test("a try that failed is told when its time has come, and each is written down", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a");
  const { claimed } = await given.jobs.claimDeliveries(wanted, 0);
  const [{ lease } = { lease: { deliveryId: "", attempt: 0 } }] = claimed;
  expect((await given.jobs.listDeliveries("a"))[0]).toMatchObject({ attempts: 1, nextAttemptAt: null });
  expect(await given.jobs.recordDelivery(lease, answered, { kind: "retry", at: 50 }, 15)).toBe("held");
  expect(await given.jobs.claimDeliveries(wanted, 49)).toEqual({ claimed: [], nextAt: 50 });
  expect((await given.jobs.listDeliveries("a"))[0]).toMatchObject({
    status: "pending",
    nextAttemptAt: 50,
    lastAttemptAt: 10,
    responseStatus: 500,
    error: "it answered 500",
  });
  expect(await claimedIds(given.jobs, 50)).toEqual(["a-1"]);
  await given.jobs.recordDelivery({ ...lease, attempt: 2 }, good, { kind: "delivered" }, 60);
  expect(await given.jobs.listDeliveries("a")).toEqual([
    {
      id: "a-1",
      jobId: "a",
      url: webhookUrl,
      status: "delivered",
      attempts: 2,
      lastAttemptAt: 10,
      nextAttemptAt: null,
      responseStatus: 200,
      error: null,
      createdAt: 0,
      log: [
        { number: 1, ...answered },
        { number: 2, ...good },
      ],
    },
  ]);
  expect(await given.jobs.claimDeliveries(wanted, 1e9)).toEqual({ claimed: [], nextAt: null });
});

test("of many tries the last fifty are kept", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a");
  for (let attempt = 1; attempt <= 60; attempt += 1) {
    await given.jobs.claimDeliveries(wanted, attempt);
    await given.jobs.recordDelivery(
      { deliveryId: "a-1", attempt },
      answered,
      { kind: "retry", at: attempt },
      attempt,
    );
  }
  const [delivery] = await given.jobs.listDeliveries("a");
  expect(delivery?.attempts).toBe(60);
  expect(delivery?.log.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, at) => at + 11));
});

test.each(["delivered", "failed"] as const)(
  "a job that ends twice is told so in that order, when the first is %s",
  async (kind) => {
    await using given = await temporaryJobs();
    await cancelled(given.jobs, "a");
    await given.jobs.retry("a", retry, 10);
    await given.jobs.cancel("a", 20);
    expect(await claimedIds(given.jobs, 20)).toEqual(["a-1"]);
    expect(await claimedIds(given.jobs, 20)).toEqual([]);
    await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, good, { kind }, 30);
    const { claimed } = await given.jobs.claimDeliveries(wanted, 30);
    expect(claimed).toMatchObject([{ lease: { deliveryId: "a-2" }, since: 30, job: { finishedAt: 20 } }]);
  },
);

describe("asked to tell once more", () => {
  test("it is the same delivery, due now, with all its tries before it", async () => {
    await using given = await temporaryJobs();
    await cancelled(given.jobs, "a");
    await given.jobs.claimDeliveries(wanted, 0);
    await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, answered, { kind: "failed" }, 15);
    expect(await given.jobs.redeliver("a", 90)).toMatchObject({
      id: "a-1",
      status: "pending",
      nextAttemptAt: 90,
      attempts: 1,
    });
    const { claimed } = await given.jobs.claimDeliveries(wanted, 90);
    expect(claimed).toMatchObject([{ lease: { attempt: 2 }, since: 90, tries: 1 }]);
  });

  test("what waits for its next try is told now, and what is told now is not told twice at once", async () => {
    await using given = await temporaryJobs();
    await cancelled(given.jobs, "a");
    await given.jobs.claimDeliveries(wanted, 0);
    await given.jobs.redeliver("a", 10);
    expect(await claimedIds(given.jobs, 10)).toEqual([]);
    const lease = { deliveryId: "a-1", attempt: 1 };
    expect(await given.jobs.recordDelivery(lease, answered, { kind: "retry", at: 500 }, 20)).toBe("held");
    await given.jobs.redeliver("a", 30);
    expect(await claimedIds(given.jobs, 30)).toEqual(["a-1"]);
  });

  test.each<[string, Partial<NewJob>, string, RegExp]>([
    ["a job without a webhook", {}, "a", /without a webhook/],
    ["one that has not ended", { webhookUrl }, "a", /is QUEUED: its webhook is told when it has ended/],
  ])("of %s, it is refused", async (_fact, more, id, message) => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id, ...more }), 0);
    await expect(given.jobs.redeliver(id, 0)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(message),
    });
    await expect(given.jobs.redeliver("nobody", 0)).rejects.toMatchObject({ code: "not_found" });
  });
});

test("deliveries are forgotten with their job", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a", { retentionMs: 100 });
  await cancelled(given.jobs, "b", { retentionMs: 1e6 });
  await given.jobs.claimDeliveries(wanted, 0);
  const lease = { deliveryId: "a-1", attempt: 1 };
  await given.jobs.recordDelivery(lease, answered, { kind: "retry", at: 200 }, 0);
  await given.jobs.claimDeliveries({ ...wanted, leaseMs: 1 }, 200);
  await given.jobs.sweep(300);
  expect(await given.jobs.listDeliveries("a")).toEqual([]);
  expect(await claimedIds(given.jobs, 1e6)).toEqual(["b-1"]);
  const again = { deliveryId: "a-1", attempt: 2 };
  expect(await given.jobs.recordDelivery(again, good, { kind: "delivered" }, 301)).toBe("over");
});

test("whoever listens hears what is due, and what came of it", async () => {
  await using given = await temporaryJobs();
  const heard: JobChange["what"][] = [];
  given.jobs.onChange(({ what }) => heard.push(what));
  await cancelled(given.jobs, "a");
  await given.jobs.claimDeliveries(wanted, 0);
  await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, good, { kind: "delivered" }, 0);
  await given.jobs.redeliver("a", 0);
  expect(heard).toEqual(["status", "status", "delivery", "delivery", "delivery"]);
});

test("a host that has its share holds up no other, however much is due there", async () => {
  await using given = await temporaryJobs();
  await Promise.all(Array.from({ length: 3000 }, (_, index) => cancelled(given.jobs, `j${index}`)));
  await cancelled(given.jobs, "other", { webhookUrl: "http://other.example/" }, 5);
  const underWay = new Map([["hooks.example", 4]]);
  expect(await claimedIds(given.jobs, 10, { underWay })).toEqual(["other-1"]);
});
