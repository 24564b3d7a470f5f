import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { DeliveryClaim, JobChange, JobStore, NewJob } from "../../job-store.ts";
import { completed, endpointId, failed, retry, started } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { connect } from "../connection.ts";
import { addDueHosts } from "./due-hosts.ts";
import { openJobStore } from "./open-jobs.ts";

const webhookUrl = "https://hooks.example/done";
const wanted: DeliveryClaim = {
  limit: 10,
  perHost: 4,
  perKey: 8,
  perKeyAtHost: 4,
  underWay: [],
  leaseMs: 1000,
};
const answered = { at: 10, durationMs: 5, responseStatus: 500, response: "no", error: "it answered 500" };
const good = { ...answered, responseStatus: 200, response: "yes", error: null };

async function cancelled(jobs: JobStore, id: string, more: Partial<NewJob> = {}, now = 0): Promise<void> {
  await jobs.submit(newJob({ id, webhookUrl, ...more }), 0);
  await jobs.cancel(id, now);
}

/** Some of that key's are told at that host. */
function told(count: number, keyId: string | null, host = "elsewhere.example"): DeliveryClaim["underWay"] {
  return Array.from({ length: count }, () => ({ keyId, host }));
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
  const underWay = told(3, "another", "hooks.example");
  expect(await given.jobs.claimDeliveries({ ...wanted, perHost: 3, underWay }, 100)).toEqual({
    claimed: [],
    nextAt: 1100,
  });
  expect(await claimedIds(given.jobs, 100, { limit: 2 })).toEqual(["slow3-1", "slow4-1"]);
});

test("each key has its share, whatever hosts it names, and the next one is due when that may be told", async () => {
  await using given = await temporaryJobs();
  const many = { keyId: "many" };
  for (let index = 0; index < 12; index += 1)
    await cancelled(given.jobs, `m${index}`, { ...many, webhookUrl: `https://m${index}.example/` });
  await cancelled(given.jobs, "later", { webhookUrl: "https://later.example/" }, 50);
  await cancelled(given.jobs, "none", { keyId: null, webhookUrl: "https://none.example/" }, 60);
  const first = await given.jobs.claimDeliveries({ ...wanted, limit: 32, perKey: 3 }, 55);
  expect(first.claimed.map(({ job }) => job.keyId)).toEqual(["many", "many", "many", "key-1"]);
  expect(first.nextAt).toBe(60);
  const underWay = told(3, "many");
  const second = await given.jobs.claimDeliveries({ ...wanted, perKey: 3, underWay }, 60);
  expect(second.claimed.map(({ lease }) => lease.deliveryId)).toEqual(["none-1"]);
  const isFull = [...told(3, "many"), ...told(3, null, "another.example")];
  expect(await given.jobs.claimDeliveries({ ...wanted, perKey: 3, underWay: isFull }, 1060)).toMatchObject({
    claimed: [{ job: { keyId: "key-1" } }],
    nextAt: 2060,
  });
});

test("a key has a part of a host's places, however much of it is due there, and the next is due elsewhere", async () => {
  await using given = await temporaryJobs();
  for (let index = 0; index < 8; index += 1) await cancelled(given.jobs, `m${index}`, { keyId: "many" });
  await cancelled(given.jobs, "other", { keyId: "other" }, 5);
  const half = { perKeyAtHost: 2 };
  expect(await claimedIds(given.jobs, 10, half)).toEqual(["m0-1", "m1-1", "other-1"]);
  const underWay = told(2, "many", "hooks.example");
  expect(await given.jobs.claimDeliveries({ ...wanted, ...half, underWay }, 10)).toEqual({
    claimed: [],
    nextAt: 1010,
  });
  expect(await claimedIds(given.jobs, 10, { ...half, underWay: underWay.slice(1) })).toEqual(["m2-1"]);
});

test("keys take turns at a host, however long others have waited there and whatever they have elsewhere", async () => {
  await using given = await temporaryJobs();
  for (const [at, keyId] of ["a", "b", "c"].entries())
    for (let index = 0; index < 4; index += 1) await cancelled(given.jobs, `${keyId}${index}`, { keyId }, at);
  for (let index = 0; index < 4; index += 1)
    await cancelled(given.jobs, `x${index}`, { keyId: "c", webhookUrl: "https://x.example/" }, 10);
  const claimed: string[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    // one place at the host, and others elsewhere
    const perHost = 1;
    claimed.push(...(await claimedIds(given.jobs, 20, { perHost })).filter((id) => !id.startsWith("x")));
  }
  expect(claimed).toEqual(["a0-1", "b0-1", "c0-1", "a1-1", "b1-1", "c1-1"]);
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

test("a job that ends again and again is retried no more while twenty ends wait to be told", async () => {
  await using given = await temporaryJobs();
  const again = () => given.jobs.retry("a", retry, 0);
  await cancelled(given.jobs, "a");
  for (let ends = 1; ends < 20; ends += 1) {
    await again();
    await given.jobs.cancel("a", 0);
  }
  await expect(again()).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/20 ends of job a wait to be told/),
  });
  expect((await given.jobs.getJob("a"))?.status).toBe("CANCELLED");
  await given.jobs.claimDeliveries(wanted, 0);
  await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, good, { kind: "delivered" }, 0);
  expect((await again()).status).toBe("QUEUED");
});

test("of many that were told the last hundred are kept, each with a number of its own", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a");
  for (let ends = 1; ends <= 110; ends += 1) {
    await given.jobs.claimDeliveries(wanted, 0);
    const lease = { deliveryId: `a-${ends}`, attempt: 1 };
    expect(await given.jobs.recordDelivery(lease, good, { kind: "delivered" }, 0)).toBe("held");
    await given.jobs.retry("a", retry, 0);
    await given.jobs.cancel("a", 0);
  }
  const database = new Database(given.path, { readonly: true });
  const numbers = database.prepare("select count(*), min(number), max(number) from deliveries").raw().get();
  const attempts = database.prepare("select count(*) from delivery_attempts").pluck().get();
  database.close();
  expect([numbers, attempts]).toEqual([[100, 12, 111], 99]);
});

describe("asked to tell once more", () => {
  test("it is the same delivery, due now, with all its tries before it", async () => {
    await using given = await temporaryJobs();
    await cancelled(given.jobs, "a");
    await given.jobs.claimDeliveries(wanted, 0);
    await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, answered, { kind: "failed" }, 15);
    expect(await given.jobs.redeliver("a", 10_010)).toMatchObject({
      id: "a-1",
      status: "pending",
      nextAttemptAt: 10_010,
      attempts: 1,
    });
    const { claimed } = await given.jobs.claimDeliveries(wanted, 10_010);
    expect(claimed).toMatchObject([{ lease: { attempt: 2 }, since: 10_010, tries: 1 }]);
  });

  test("what waits for its next try is told now", async () => {
    await using given = await temporaryJobs();
    await cancelled(given.jobs, "a");
    await given.jobs.claimDeliveries(wanted, 0);
    const lease = { deliveryId: "a-1", attempt: 1 };
    await given.jobs.recordDelivery(lease, answered, { kind: "retry", at: 50_000 }, 20);
    await given.jobs.redeliver("a", 20_000);
    expect(await claimedIds(given.jobs, 20_000)).toEqual(["a-1"]);
  });

  test("it is refused while it is told anyway, and for ten seconds after", async () => {
    await using given = await temporaryJobs();
    const refusal = (message: RegExp) =>
      expect.objectContaining({ code: "conflict", message: expect.stringMatching(message) as string });
    await cancelled(given.jobs, "a");
    await expect(given.jobs.redeliver("a", 0)).rejects.toEqual(refusal(/as soon as its turn comes/));
    await given.jobs.claimDeliveries(wanted, 0);
    await expect(given.jobs.redeliver("a", 10)).rejects.toEqual(refusal(/is being told at the moment/));
    await given.jobs.recordDelivery({ deliveryId: "a-1", attempt: 1 }, good, { kind: "delivered" }, 20);
    await expect(given.jobs.redeliver("a", 10_009)).rejects.toEqual(refusal(/ask again in 1 s/));
    expect((await given.jobs.redeliver("a", 10_010)).status).toBe("pending");
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
  await given.jobs.redeliver("a", 20_000);
  expect(heard).toEqual(["status", "status", "delivery", "delivery", "delivery"]);
});

test("a host that has its share holds up no other, however much is due there", async () => {
  await using given = await temporaryJobs();
  await Promise.all(Array.from({ length: 3000 }, (_, index) => cancelled(given.jobs, `j${index}`)));
  await cancelled(given.jobs, "other", { webhookUrl: "http://other.example/" }, 5);
  const underWay = told(4, "another", "hooks.example");
  expect(await claimedIds(given.jobs, 10, { underWay })).toEqual(["other-1"]);
});

test("a queue of before goes on: what was due at each host is found by its key as well", async () => {
  await using given = await temporaryJobs();
  await cancelled(given.jobs, "a", {}, 7);
  await cancelled(given.jobs, "b", { keyId: null, webhookUrl: "http://other.example/" }, 9);
  await given.jobs.close();
  const { database, db } = connect(given.path);
  database.exec(`drop table due_hosts; drop index deliveries_due; alter table deliveries drop column key_id;
    create index deliveries_due on deliveries (host, due_at) where due_at is not null`);
  await db.transaction().execute(addDueHosts);
  database.close();
  const jobs = await openJobStore({ path: given.path });
  const underWay = told(8, "key-1");
  expect(await claimedIds(jobs, 10, { underWay })).toEqual(["b-1"]);
  expect(await claimedIds(jobs, 10)).toEqual(["a-1"]);
  await jobs.close();
});
