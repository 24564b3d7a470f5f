import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { hasJobEnded, type Job } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import type { JobEvent, JobResult } from "@berth/store";
import { openJobStore } from "@berth/store/sqlite";
import { describe, expect, test, vi } from "vitest";
import { JobQueue } from "./job-queue.ts";
import { defaultQueuePolicy } from "./queue-policy.ts";

const endpointId = "end-1";
const policy = { ...defaultQueuePolicy, leaseMs: 10_000 };
const whole = (text: string): JobResult => ({
  status: 200,
  contentType: "application/json",
  body: { kind: "bytes", bytes: Buffer.from(text) },
});

/** Its wall time can be set, and it can be later than whoever sleeps has heard. */
class SetClock extends FakeClock {
  setBy = 0;
  lateBy = 0;

  override now(): number {
    return super.now() + this.setBy;
  }

  override monotonic(): number {
    return super.monotonic() + this.lateBy;
  }
}

async function world(forget: () => Promise<void> = async () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), "berth-jobs-"));
  const store = await openJobStore({ path: join(folder, "jobs.db") });
  const clock = new SetClock();
  let ids = 0;
  const blobs: string[] = [];
  const queue = new JobQueue({
    store,
    clock,
    newId: () => `job-${(ids += 1)}`,
    secret: "s",
    forgetBlobs: async (names) => {
      blobs.push(...names);
      await forget();
    },
  });
  const submit = async (more: Partial<Parameters<JobQueue["submit"]>[0]> = {}): Promise<Job> => {
    const call = { path: "/predict", contentType: "application/json", body: Buffer.from("{}") };
    return (await queue.submit({ endpointId, keyId: null, call, policy, ...more })).job;
  };
  const take = (more: Partial<Parameters<JobQueue["take"]>[0]> = {}) =>
    queue.take({ endpointId, workerId: "w", limit: 1, waitMs: 0, policy, ...more });
  const takeOne = async (): Promise<string> => {
    const [taken] = await take();
    if (taken === undefined) throw new Error("nothing was taken");
    return taken.lease;
  };
  return {
    store,
    clock,
    queue,
    blobs,
    submit,
    take,
    takeOne,
    async [Symbol.asyncDispose]() {
      queue.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Until somebody sleeps on the clock. */
async function asleep(clock: FakeClock, count = 1): Promise<void> {
  while (clock.sleeping < count) await turn();
}

describe("a worker that finds nothing to do", () => {
  test("gets the next job as soon as it is there", async () => {
    await using given = await world();
    const waiting = given.take({ waitMs: 60_000 });
    await asleep(given.clock);
    const job = await given.submit();
    expect((await waiting).map(({ job: { id } }) => id)).toEqual([job.id]);
  });

  test("gets nothing when its time is over, when it leaves, and when the queue closes", async () => {
    await using given = await world();
    const leaving = new AbortController();
    const waiting = [
      given.take({ waitMs: 500 }),
      given.take({ waitMs: 60_000, signal: leaving.signal }),
      given.take({ waitMs: 60_000 }),
    ];
    await asleep(given.clock, 3);
    await given.clock.advance(500);
    expect(await waiting[0]).toEqual([]);
    leaving.abort();
    expect(await waiting[1]).toEqual([]);
    given.queue.close();
    expect(await waiting[2]).toEqual([]);
  });

  test("stands in line: as many are called as there are jobs", async () => {
    await using given = await world();
    const waiting = ["a", "b", "c"].map((workerId) => given.take({ workerId, waitMs: 60_000 }));
    await asleep(given.clock, 3);
    await given.submit();
    await given.submit();
    expect((await Promise.all(waiting.slice(0, 2))).flat().map(({ job: { workerId } }) => workerId)).toEqual([
      "a",
      "b",
    ]);
    given.queue.close();
    expect(await waiting[2]).toEqual([]);
  });

  test("misses none that is submitted while it looks", async () => {
    await using given = await world();
    for (let round = 0; round < 20; round += 1) {
      const taking = given.take({ waitMs: 60_000 });
      const { id } = await given.submit();
      expect((await taking).map(({ job }) => job.id)).toEqual([id]);
    }
  });

  test("lets the next one have what it was called for while it got another", async () => {
    await using given = await world();
    await given.submit();
    const both = ["a", "b"].map((workerId) => given.take({ workerId, waitMs: 60_000 }));
    await given.submit();
    expect((await Promise.all(both)).map((taken) => taken.length)).toEqual([1, 1]);
  });

  test("with little time left leaves what may take longer to the others", async () => {
    await using given = await world();
    const hurried = given.take({ workerId: "hurried", waitMs: 60_000, leftMs: 2_000 });
    await asleep(given.clock);
    const patient = given.take({ workerId: "patient", waitMs: 60_000 });
    await asleep(given.clock, 2);
    const long = await given.submit();
    expect((await patient).map(({ job }) => job.id)).toEqual([long.id]);
    await given.clock.advance(1_000);
    await given.submit({ policy: { ...policy, executionTimeoutMs: 1_001 } });
    const short = await given.submit({ policy: { ...policy, executionTimeoutMs: 1_000 } });
    expect((await hurried).map(({ job }) => job.id)).toEqual([short.id]);
  });

  test("with time enough is called alone, however many have too little", async () => {
    await using given = await world();
    const claims = vi.spyOn(given.store, "claim");
    const idle = Array.from({ length: 20 }, (_, index) =>
      given.take({ workerId: `short-${index}`, waitMs: 60_000, leftMs: 1_000 }),
    );
    const able = given.take({ workerId: "able", waitMs: 60_000, leftMs: 3_600_000 });
    await asleep(given.clock, 21);
    claims.mockClear();
    const first = await given.submit();
    expect((await able).map(({ job }) => job.id)).toEqual([first.id]);
    await given.submit();
    expect(claims).toHaveBeenCalledTimes(1);
    given.queue.close();
    await Promise.all(idle);
  });

  test("whose time has run out by the time that it looks leaves the job to the next one", async () => {
    await using given = await world();
    const hurried = given.take({ workerId: "hurried", waitMs: 60_000, leftMs: policy.executionTimeoutMs });
    await asleep(given.clock);
    const next = given.take({ workerId: "next", waitMs: 60_000 });
    await asleep(given.clock, 2);
    // it is called in time, and looks a moment later
    given.store.onChange(() => (given.clock.lateBy = 1));
    const submitted = given.submit();
    expect((await next).map(({ job }) => job.id)).toEqual([(await submitted).id]);
    given.queue.close();
    expect(await hurried).toEqual([]);
  });

  test("who leaves while a job is handed out has not taken it", async () => {
    await using given = await world();
    const { id } = await given.submit();
    const leaving = new AbortController();
    const taking = given.take({ signal: leaving.signal });
    leaving.abort();
    expect(await taking).toEqual([]);
    expect((await given.take())[0]?.job).toMatchObject({ id, attempts: 1 });
  });

  test("gets what another fell silent on", async () => {
    await using given = await world();
    await given.submit();
    await given.takeOne();
    const waiting = given.take({ workerId: "other", waitMs: 60_000 });
    await asleep(given.clock);
    await given.clock.advance(10_000);
    await given.queue.sweep();
    expect((await waiting)[0]?.job).toMatchObject({ workerId: "other", attempts: 2 });
  });
});

test("who waits for the end of a job has it then, or the job as it is when the time is over", async () => {
  await using given = await world();
  const { id } = await given.submit();
  const waiting = given.queue.waitForEnd(id, 60_000);
  const early = given.queue.waitForEnd(id, 100);
  await asleep(given.clock, 2);
  await given.clock.advance(100);
  expect((await early).status).toBe("QUEUED");
  await given.queue.complete(await given.takeOne(), whole("1"));
  expect((await waiting).status).toBe("COMPLETED");
  expect((await given.queue.waitForEnd(id, 60_000)).status).toBe("COMPLETED");
  await expect(given.queue.waitForEnd("nobody", 1)).rejects.toMatchObject({ code: "not_found" });
});

test("who waits for the end of a job when the queue closes has it as it is", async () => {
  await using given = await world();
  const { id } = await given.submit();
  const waiting = given.queue.waitForEnd(id, 60_000);
  await asleep(given.clock);
  given.queue.close();
  expect((await waiting).status).toBe("QUEUED");
});

describe("who follows a job", () => {
  const freely = (): Disposable => ({ [Symbol.dispose]: () => undefined });

  /** Without what is only under way. */
  const texts = (told: readonly (JobEvent | Job)[]): string[] =>
    told
      .filter((one) => !("status" in one) || hasJobEnded(one.status))
      .map((one) =>
        "status" in one ? one.status : `${one.number} ${one.kind} ${Buffer.from(one.data).toString()}`,
      );

  async function collect(followed: AsyncGenerator<JobEvent | Job>): Promise<(JobEvent | Job)[]> {
    const told: (JobEvent | Job)[] = [];
    for await (const one of followed) told.push(one);
    return told;
  }

  test("is told what it streams as it comes, and how it ended", async () => {
    await using given = await world();
    const { id } = await given.submit();
    const { signal } = new AbortController();
    const following = collect(given.queue.follow(id, 0, signal, freely));
    const lease = await given.takeOne();
    await given.queue.append(lease, 1, [Buffer.from("1"), Buffer.from("2")]);
    await given.queue.append(lease, 3, [Buffer.from("3")]);
    await given.queue.complete(lease, { ...whole(""), body: { kind: "events" } });
    expect(texts(await following)).toEqual(["1 value 1", "2 value 2", "3 value 3", "COMPLETED"]);
    expect(texts(await collect(given.queue.follow(id, 2, signal, freely)))).toEqual([
      "3 value 3",
      "COMPLETED",
    ]);
  });

  test("is told how far it is", async () => {
    await using given = await world();
    const { id } = await given.submit();
    const states: unknown[] = [];
    const { signal } = new AbortController();
    let lease = "";
    for await (const one of given.queue.follow(id, 0, signal, freely)) {
      if (!("status" in one)) continue;
      states.push([one.status, one.progress?.done]);
      if (one.status === "QUEUED") lease = await given.takeOne();
      else if (one.progress === null)
        await given.queue.renew([{ lease, progress: { done: 1, total: 2, message: null } }]);
      else if (one.status === "RUNNING") await given.queue.complete(lease, whole("1"));
    }
    expect(states).toEqual([
      ["QUEUED", undefined],
      ["RUNNING", undefined],
      ["RUNNING", 1],
      ["COMPLETED", 1],
    ]);
  });

  test("misses nothing of a long one, and leaves when it likes", async () => {
    await using given = await world();
    const { id } = await given.submit();
    const lease = await given.takeOne();
    const leaving = new AbortController();
    await given.queue.append(
      lease,
      1,
      Array.from({ length: 1200 }, (_, index) => Buffer.from(String(index))),
    );
    const told: (JobEvent | Job)[] = [];
    for await (const one of given.queue.follow(id, 0, leaving.signal, freely)) {
      told.push(one);
      if (told.length === 1200) leaving.abort();
    }
    expect(texts(told).at(-1)).toBe("1200 value 1199");
  });
});

test.each([
  [null, "FAILED", true],
  [{ attempts: 1 }, "QUEUED", false],
])("a failure is tried again where that is said: %j", async (again, status, isDeadLetter) => {
  await using given = await world();
  const { id } = await given.submit();
  const error = { code: "handler_failed", message: "no", details: null };
  await given.queue.fail(await given.takeOne(), error, again);
  expect(await given.store.getJob(id)).toMatchObject({ status, isDeadLetter, error });
  if (status === "QUEUED") {
    expect(await given.take()).toEqual([]);
    await given.clock.advance(1_000);
    await given.queue.sweep();
    expect((await given.take()).length).toBe(1);
  }
});

const hourMs = 3_600_000;
const fail = (error: unknown): never => {
  throw error;
};

describe("whoever works on a job goes on", () => {
  const once = { ...policy, maxAttempts: 1 };

  test("after the server was away for longer than a lease, and longer than the attempt may take", async () => {
    await using given = await world();
    const { id } = await given.submit({ policy: { ...once, executionTimeoutMs: 60_000 } });
    const lease = await given.takeOne();
    await given.clock.advance(hourMs);
    const keeping = given.queue.keep(fail);
    await asleep(given.clock, 2);
    expect(await given.queue.renew([{ lease }])).toEqual(["held"]);
    expect((await given.queue.complete(lease, whole("1"))).kind).toBe("stored");
    expect((await given.store.getJob(id))?.status).toBe("COMPLETED");
    given.queue.close();
    await keeping;
  });

  test.each([
    ["was set an hour on", hourMs],
    ["was set an hour back", -hourMs],
  ])("when the clock %s; and whoever falls silent then is found out", async (_fact, setBy) => {
    await using given = await world();
    const { id } = await given.submit({ policy: once });
    await given.takeOne();
    const keeping = given.queue.keep(fail);
    await asleep(given.clock, 2);
    given.clock.setBy += setBy;
    const looks = async (ms: number): Promise<string | undefined> => {
      for (let passed = 0; passed < ms; passed += 1_000) {
        await given.clock.advance(1_000);
        await asleep(given.clock, 2);
      }
      return (await given.store.getJob(id))?.status;
    };
    // the lease began anew at the first look, and lasts as long by whatever clock
    expect(await looks(policy.leaseMs - 1_000)).toBe("RUNNING");
    expect(await looks(2_000)).toBe("FAILED");
    given.queue.close();
    await keeping;
  });

  test("but what the process before was calling is queued again at once", async () => {
    await using given = await world();
    await given.submit({ policy: once });
    const [taken] = await given.take({ workerId: "dispatcher" });
    await given.queue.open("dispatcher");
    expect(await given.queue.renew([{ lease: taken!.lease }])).toEqual(["over"]);
    expect((await given.take())[0]).toMatchObject({ attempt: 2, job: { attempts: 1 } });
  });
});

test("blobs that cannot be reached keep nothing waiting, nor the end", async () => {
  await using given = await world(() => new Promise(() => undefined));
  const body = { kind: "blob", name: "b1", bytes: 9 } as const;
  await given.submit({ policy: { ...policy, retentionMs: 0 } });
  await given.queue.complete(await given.takeOne(), { status: 200, contentType: "image/gif", body });
  await given.queue.sweep();
  const keeping = given.queue.keep(fail);
  while (given.blobs.length === 0) await turn();
  const { id } = await given.submit({ delayMs: 5_000 });
  for (let passed = 0; passed < 5_000; passed += 1_000) {
    await asleep(given.clock);
    await given.clock.advance(1_000);
  }
  await asleep(given.clock);
  expect((await given.take()).map(({ job }) => job.id)).toEqual([id]);
  given.queue.close();
  await keeping;
});

test("the queue looks after itself, and after blobs that nobody needs", async () => {
  await using given = await world();
  const { id } = await given.submit();
  const keeping = given.queue.keep(fail);
  const result = {
    status: 200,
    contentType: "image/gif",
    body: { kind: "blob", name: "b1", bytes: 9 },
  } as const;
  await given.queue.complete(await given.takeOne(), result);
  await given.clock.advance(policy.retentionMs);
  while ((await given.store.getJob(id)) !== undefined) await given.clock.advance(1_000);
  while ((await given.store.unneededBlobs()).length > 0) await given.clock.advance(1_000);
  expect(given.blobs).toEqual(["b1"]);
  given.queue.close();
  await keeping;
});

test("however much a handler says, a job in a list stays small", async () => {
  await using given = await world();
  await given.submit();
  const lease = await given.takeOne();
  const long = "😀".repeat(4 * 1024 * 1024);
  await given.queue.renew([{ lease, progress: { done: 1, total: null, message: long } }]);
  const { jobs: running } = await given.store.listJobs({ endpointId, limit: 1 });
  expect(running[0]!.progress!.message).toBe(`${"😀".repeat(511)}…`);
  const error = { code: long, message: long, details: long };
  // cut, not refused: it would be told again for ever
  expect((await given.queue.fail(lease, error, null)).kind).toBe("stored");
  const { jobs: failed } = await given.store.listJobs({ endpointId, limit: 1 });
  expect(failed[0]!.error!.message).toBe(`${"😀".repeat(2047)}…`);
  expect(Buffer.byteLength(JSON.stringify(failed))).toBeLessThan(32_000);
});

test("a forged lease is refused, and one given back is the next one's", async () => {
  await using given = await world();
  await given.submit();
  const lease = await given.takeOne();
  const forged = `${lease}x`;
  const error = { code: "mine", message: "no", details: null };
  const values = [Buffer.from("1")];
  for (const refused of [
    given.queue.renew([{ lease }, { lease: forged }]),
    given.queue.append(forged, 1, values),
    given.queue.complete(forged, whole("1")),
    given.queue.fail(forged, error, { attempts: 1 }),
    given.queue.giveBack(forged),
  ])
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  expect(await given.queue.renew([{ lease }])).toEqual(["held"]);
  expect(await given.queue.giveBack(lease)).toEqual({ kind: "stored", status: "QUEUED" });
  expect((await given.take())[0]?.job.attempts).toBe(1);
});
