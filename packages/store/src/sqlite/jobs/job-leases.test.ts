import { describe, expect, test } from "vitest";
import type { JobEnding } from "../../job-store.ts";
import {
  claim,
  completed,
  failed,
  failure,
  resultOf,
  retry,
  started,
  statusOf,
} from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";

describe("a lease", () => {
  test("is kept by heartbeats, which tell progress", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    const progress = { done: 3, total: 10, message: "frames" };
    expect(await given.jobs.renew([{ lease, progress }], 900)).toEqual(["held"]);
    await given.jobs.sweep(1500);
    expect(await given.jobs.getJob("a")).toMatchObject({ status: "RUNNING", progress });
    await given.jobs.renew([{ lease }], 1600);
    expect((await given.jobs.getJob("a"))?.progress).toEqual(progress);
  });

  test("that is lost by silence leaves its job to others", async () => {
    await using given = await temporaryJobs();
    const lost = await started(given.jobs);
    await given.jobs.sweep(1000);
    expect(await statusOf(given.jobs)).toBe("QUEUED");
    const [taken] = await given.jobs.claim({ ...claim, workerId: "w2" }, 1001);
    expect(taken?.lease).toEqual({ jobId: "a", attempt: 2 });
    expect(await given.jobs.renew([{ lease: lost }], 1002)).toEqual(["over"]);
    expect(await given.jobs.append(lost, 1, [Buffer.from("1")], 1002)).toBe("over");
    expect(await given.jobs.finish(lost, failed(null), 1002)).toEqual({
      kind: "superseded",
      status: "RUNNING",
    });
  });

  test("that was lost is had again where nobody has come", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.sweep(1000);
    expect(await given.jobs.renew([{ lease }], 1500)).toEqual(["held"]);
    expect(await statusOf(given.jobs)).toBe("RUNNING");
    expect(await given.jobs.claim(claim, 1500)).toEqual([]);
  });

  test.each<[string, JobEnding]>([
    ["was given back", { kind: "given_back" }],
    ["failed", failed(0)],
  ])("of a job that %s is not had again", async (_fact, ending) => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.finish(lease, ending, 1);
    expect(await given.jobs.renew([{ lease }], 2)).toEqual(["over"]);
    expect(await statusOf(given.jobs)).toBe("QUEUED");
  });

  test("lost as often as it may be tried makes a dead letter, whose result is too late then", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { maxAttempts: 1 });
    await given.jobs.sweep(1000);
    expect(await given.jobs.getJob("a")).toMatchObject({
      status: "FAILED",
      isDeadLetter: true,
      error: { code: "worker_lost" },
    });
    expect((await given.jobs.finish(lease, completed("1"), 1001)).kind).toBe("superseded");
  });
});

describe("after a gap", () => {
  const gap = { leapMs: 0, lostWorkerId: null };

  test("each lease begins anew, and no attempt is over before it lapses", async () => {
    await using given = await temporaryJobs();
    await started(given.jobs, { maxAttempts: 1, executionTimeoutMs: 5_000, expiresAt: 10_000_000 });
    await given.jobs.resume(gap, 60_000);
    await given.jobs.sweep(60_999);
    expect(await statusOf(given.jobs)).toBe("RUNNING");
    await given.jobs.sweep(61_000);
    expect((await given.jobs.getJob("a"))?.error?.code).toBe("execution_timeout");
  });

  test.each([
    ["on", 60_000],
    ["back", -60_000],
  ])("in which the clock was set %s, an attempt has the time that it had", async (_fact, leapMs) => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "a", executionTimeoutMs: 5_000, expiresAt: 10_000_000 }), 100_000);
    const [taken] = await given.jobs.claim(claim, 100_000);
    const now = 101_000 + leapMs;
    await given.jobs.resume({ ...gap, leapMs }, now);
    for (const passed of [900, 1_800, 2_700, 3_600]) {
      await given.jobs.renew([{ lease: taken!.lease }], now + passed);
      await given.jobs.sweep(now + passed);
    }
    expect(await statusOf(given.jobs)).toBe("RUNNING");
    await given.jobs.sweep(now + 4_000);
    expect(await statusOf(given.jobs)).toBe("TIMED_OUT");
  });

  test("a lost worker's job is queued at once: for nothing as often as it may be tried, and not for ever", async () => {
    await using given = await temporaryJobs();
    await given.jobs.submit(newJob({ id: "a", maxAttempts: 2 }), 0);
    const seen: unknown[] = [];
    for (let life = 1; (await statusOf(given.jobs)) === "QUEUED"; life += 1) {
      await given.jobs.claim(claim, life);
      await given.jobs.resume({ ...gap, lostWorkerId: "w1" }, life);
      const job = await given.jobs.getJob("a");
      seen.push([job?.status, job?.attempts]);
    }
    expect(seen).toEqual([
      ["QUEUED", 0],
      ["QUEUED", 0],
      ["QUEUED", 1],
      ["FAILED", 2],
    ]);
    expect((await given.jobs.counts()).get("end-1")).toMatchObject({ QUEUED: 0, RUNNING: 0, FAILED: 1 });
  });

  test("what nobody had begun to work on before is queued at once all the same, and so is what is retried", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { maxAttempts: 1 });
    await given.jobs.finish(lease, { kind: "given_back", later: { error: failure, readyAt: 0 } }, 0);
    const live = async (now: number) => {
      await given.jobs.claim(claim, now);
      await given.jobs.resume({ ...gap, lostWorkerId: "w1" }, now);
      return statusOf(given.jobs);
    };
    expect([await live(1), await live(2)]).toEqual(["QUEUED", "FAILED"]);
    await given.jobs.retry("a", { ...retry, terms: { ...retry.terms, maxAttempts: 1 } }, 3);
    expect([await live(4), await live(5)]).toEqual(["QUEUED", "FAILED"]);
  });

  test("a lease begins anew once, until its worker is heard: who never learnt of the job keeps it from nobody", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs, { expiresAt: 10_000_000, executionTimeoutMs: 600_000 });
    for (const start of [500, 900, 1_300]) await given.jobs.resume(gap, start);
    await given.jobs.sweep(1_499);
    expect(await statusOf(given.jobs)).toBe("RUNNING");
    await given.jobs.renew([{ lease }], 1_499);
    for (const start of [60_000, 60_400, 60_800]) await given.jobs.resume(gap, start);
    await given.jobs.sweep(60_999);
    expect(await statusOf(given.jobs)).toBe("RUNNING");
    await given.jobs.sweep(61_000);
    expect(await statusOf(given.jobs)).toBe("QUEUED");
  });

  test("what others have is theirs, whoever was lost", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.resume({ ...gap, lostWorkerId: "w2" }, 60_000);
    expect(await given.jobs.renew([{ lease }], 60_000)).toEqual(["held"]);
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
    expect(await given.jobs.renew([{ lease: other.lease }], 1003)).toEqual(["over"]);
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
    expect(await given.jobs.renew([{ lease }], 1)).toEqual(["over"]);
  }
  expect(await statusOf(given.jobs)).toBe("RUNNING");
});

test("what failed is tried again after its pause, so often and no more", async () => {
  await using given = await temporaryJobs();
  const first = await started(given.jobs, { maxAttempts: 2 });
  await given.jobs.finish(first, failed(500), 1);
  expect(await given.jobs.getJob("a")).toMatchObject({ status: "QUEUED", error: failure, availableAt: 500 });
  await given.jobs.sweep(499);
  expect(await given.jobs.claim(claim, 499)).toEqual([]);
  await given.jobs.sweep(500);
  const [second] = await given.jobs.claim(claim, 500);
  expect(second?.job).toMatchObject({ attempts: 2, error: null });
  expect(await given.jobs.finish({ jobId: "a", attempt: 2 }, failed(1000), 600)).toEqual({
    kind: "stored",
    status: "FAILED",
  });
  expect(await given.jobs.getJob("a")).toMatchObject({
    status: "FAILED",
    isDeadLetter: true,
    error: failure,
  });
});

test("what is given back for later costs no attempt, says why it waits, and is not had before", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs, { maxAttempts: 1 });
  await given.jobs.finish(lease, { kind: "given_back", later: { error: failure, readyAt: 500 } }, 2);
  const waiting = { status: "QUEUED", attempts: 0, error: failure, availableAt: 500, startedAt: null };
  expect(await given.jobs.getJob("a")).toMatchObject(waiting);
  await given.jobs.sweep(499);
  expect(await given.jobs.claim(claim, 499)).toEqual([]);
  await given.jobs.sweep(500);
  const [taken] = await given.jobs.claim(claim, 500);
  expect(taken?.job).toMatchObject({ attempts: 1, error: null });
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
