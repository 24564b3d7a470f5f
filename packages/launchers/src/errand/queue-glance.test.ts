import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { SchedulerMeter } from "../cluster/index.ts";
import { glanceEveryMs, QueueGlance, readQueue } from "./queue-glance.ts";

const signal = new AbortController().signal;

function cluster() {
  const clock = new FakeClock();
  const meter = new SchedulerMeter(clock);
  const asked: string[] = [];
  const world = { exitCode: 0, stdout: "12|PENDING|Priority|berth-h1-d1\n13|RUNNING|None|berth-h1-d2\n" };
  const host = {
    run: async ({ script }: { readonly script: string }) => {
      asked.push(script);
      return { ...world, stderr: "" };
    },
  };
  return { clock, meter, asked, world, queue: new QueueGlance({ host, meter, clock, homeId: "h1" }) };
}

test("one question does for all errands of a cluster, twice a minute, and is metered", async () => {
  const { clock, meter, asked, queue } = cluster();
  const since = clock.monotonic();
  const seen = await Promise.all(
    ["d1", "d2", "d3"].map((id) => queue.jobOf({ id, slurmJobId: "12", since, urgent: false }, signal)),
  );
  expect(seen).toEqual([
    { kind: "known", words: "PENDING (Priority)" },
    { kind: "known", words: "RUNNING" },
    { kind: "none" },
  ]);
  for (let seconds = 0; seconds < 60; seconds += 2) {
    await queue.jobOf({ id: "d1", slurmJobId: "12", since, urgent: false }, signal);
    await clock.advance(2_000);
  }
  expect(asked).toHaveLength(2);
  expect(meter.total).toBe(2);
});

test("what was said before says nothing of an errand that began since", async () => {
  const { clock, queue } = cluster();
  await queue.jobOf({ id: "d1", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal);
  await clock.advance(1);
  expect(
    await queue.jobOf({ id: "d9", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal),
  ).toEqual({
    kind: "unasked",
  });
  await clock.advance(glanceEveryMs);
  expect(
    await queue.jobOf({ id: "d9", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal),
  ).toEqual({
    kind: "none",
  });
});

test("what nothing is known of is asked for sooner, and yet not at every look", async () => {
  const { clock, asked, queue } = cluster();
  for (let seconds = 0; seconds < 10; seconds += 1) {
    await queue.jobOf({ id: "d1", slurmJobId: "12", since: clock.monotonic(), urgent: true }, signal);
    await clock.advance(1_000);
  }
  expect(asked).toHaveLength(2);
});

test("nothing is asked beyond the cluster's budget, and nothing is concluded from no answer", async () => {
  const { clock, meter, asked, world, queue } = cluster();
  meter.take(6);
  expect(
    await queue.jobOf({ id: "d1", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal),
  ).toEqual({
    kind: "unasked",
  });
  expect(asked).toEqual([]);
  await clock.advance(60_000);
  world.exitCode = 1;
  expect(
    await queue.jobOf({ id: "d1", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal),
  ).toEqual({
    kind: "unknown",
  });
});

test("a reason may hold anything", () => {
  expect(
    readQueue("7|PENDING|ReqNodeNotAvail, UnavailableNodes:g1|berth-h1-d1\n\nnonsense\n").get("berth-h1-d1"),
  ).toMatchObject([{ id: "7", state: "PENDING", reason: "ReqNodeNotAvail, UnavailableNodes:g1" }]);
});

test.for([
  ["11|COMPLETING|None|berth-h1-d1", { kind: "none" }],
  ["12|COMPLETING|None|berth-h1-d1", { kind: "known", words: "COMPLETING" }],
  ["11|COMPLETING|None|berth-h1-d1\n13|RUNNING|None|berth-h1-d1", { kind: "known", words: "RUNNING" }],
] as const)(
  "of jobs of one name, %j, one that is cleared up after is only itself",
  async ([stdout, seen]) => {
    const { clock, world, queue } = cluster();
    world.stdout = stdout;
    expect(
      await queue.jobOf({ id: "d1", slurmJobId: "12", since: clock.monotonic(), urgent: false }, signal),
    ).toEqual(seen);
  },
);
