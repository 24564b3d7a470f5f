import { describe, expect, test } from "vitest";
import { claim, resultOf, started } from "../../testing/job-acts.ts";
import { temporaryJobs } from "../../testing/temporary-jobs.ts";

const all = { count: 10, bytes: 1000 };

describe("what a job streams", () => {
  const values = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

  test("is read from any point on, and is its result when it says so", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    expect(await given.jobs.append(lease, 1, values("1", '"two"'), 1)).toBe("held");
    expect(await given.jobs.append(lease, 3, values("[3]"), 2)).toBe("held");
    const { events } = await given.jobs.listEvents("a", 1, all);
    expect(events.map(({ number, kind, data }) => [number, kind, Buffer.from(data).toString()])).toEqual([
      [2, "value", '"two"'],
      [3, "value", "[3]"],
    ]);
    const result = { status: 200, contentType: "application/json", body: { kind: "events" } } as const;
    await given.jobs.finish(lease, { kind: "completed", result }, 3);
    expect(await resultOf(given.jobs, "a")).toBe('[1,"two",[3]]');
    expect((await given.jobs.getJob("a"))?.result?.bytes).toBe(13);
  });

  test("is void when it begins anew, and fills no disk", async () => {
    await using given = await temporaryJobs();
    const lost = await started(given.jobs);
    await given.jobs.append(lost, 1, values("1", "2"), 1);
    await given.jobs.sweep(1000);
    const [taken] = await given.jobs.claim(claim, 1001);
    if (taken === undefined) throw new Error("nothing was claimed");
    await given.jobs.append(taken.lease, 1, values("9"), 1002);
    const { events } = await given.jobs.listEvents("a", 0, all);
    expect(events.map(({ number, kind }) => [number, kind])).toEqual([
      [3, "restart"],
      [4, "value"],
    ]);
    const result = { status: 200, contentType: "application/json", body: { kind: "events" } } as const;
    expect((await given.jobs.finish(lost, { kind: "completed", result }, 1003)).kind).toBe("superseded");
    await given.jobs.finish(taken.lease, { kind: "completed", result }, 1004);
    expect(await resultOf(given.jobs, "a")).toBe("[9]");
    expect((await given.jobs.getJob("a"))?.result?.bytes).toBe(3);
  });

  test.each([
    ["again", 1, ["1", "2"], "[1,2]"],
    ["again, with more", 1, ["1", "2", "3"], "[1,2,3]"],
    ["again in part", 2, ["2", "3"], "[1,2,3]"],
  ])("is there once when it is said %s, also in a later attempt", async (_fact, first, said, result) => {
    await using given = await temporaryJobs();
    await given.jobs.append(await started(given.jobs), 1, values("0", "0", "0"), 1);
    await given.jobs.sweep(1000);
    const [taken] = await given.jobs.claim(claim, 1001);
    if (taken === undefined) throw new Error("nothing was claimed");
    await given.jobs.append(taken.lease, 1, values("1", "2"), 1002);
    expect(await given.jobs.append(taken.lease, first, values(...said), 1003)).toBe("held");
    const body = { kind: "events" } as const;
    const streamed = { status: 200, contentType: "application/json", body };
    await given.jobs.finish(taken.lease, { kind: "completed", result: streamed }, 1004);
    expect(await resultOf(given.jobs, "a")).toBe(result);
    expect((await given.jobs.getJob("a"))?.result?.bytes).toBe(result.length);
  });

  test("has no gaps", async () => {
    await using given = await temporaryJobs();
    const lease = await started(given.jobs);
    await given.jobs.append(lease, 1, values("1"), 1);
    await expect(given.jobs.append(lease, 3, values("3"), 2)).rejects.toMatchObject({
      code: "conflict",
      message: "the job has 1 values: value 2 is missing",
    });
    expect((await given.jobs.listEvents("a", 0, all)).events).toHaveLength(1);
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

test("a job streams no more than it may", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs);
  const much = new Uint8Array(40 * 2 ** 20);
  expect(await given.jobs.append(lease, 1, [much], 1)).toBe("held");
  await expect(given.jobs.append(lease, 2, [much], 2)).rejects.toMatchObject({ code: "payload_too_large" });
  expect((await given.jobs.getJob("a"))?.status).toBe("RUNNING");
});
