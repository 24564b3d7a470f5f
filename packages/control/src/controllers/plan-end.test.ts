import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import { describe, expect, test } from "vitest";
import {
  brief,
  endedBy,
  healthy,
  loading,
  now,
  pending,
  ready,
  running,
  starting,
  suspended,
  unasked,
  failing,
  unhealthy,
} from "../testing/looks.ts";
import type { Health } from "./health.ts";
import { planService } from "./plan-service.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000, stopGraceMs: 15_000 };
const halfAnHour = { resources: { time: "30" } };
const idle = { idleTimeoutSeconds: 900 };
const asked: Observation = {
  kind: "exited",
  exit: { exitCode: 0, signal: null, reason: "nobody called", logTail: [], requested: true, cause: "idle" },
};

type Row = readonly [fact: string, row: ServiceRow, seen: Observation, plan: string, reason: string | null];

// one row, one line
// oxfmt-ignore
const table: readonly Row[] = [
  ["its wall time is over: TIMEOUT, with how long that was", healthy(halfAnHour), endedBy("time_limit"), "TIMEOUT", "its wall time of 30 minutes is over"],
  ["over before it was ready: TIMEOUT", starting(halfAnHour), endedBy("time_limit"), "TIMEOUT", "its wall time of 30 minutes is over"],
  ["over, though it renews and was never ready: TIMEOUT, since the next would not be either", starting({ ...halfAnHour, renew: true }), endedBy("time_limit"), "TIMEOUT", "its wall time of 30 minutes is over"],
  ["over, and it renews, without a successor: the next at once, and no failure is counted", healthy({ ...halfAnHour, renew: true }), endedBy("time_limit"), "PENDING attempt=2 restarts=0; launch", "its wall time of 30 minutes is over; launching the next"],
  ["preempted: PREEMPTED", healthy(), endedBy("preempted", "preempted by a job of higher priority"), "PREEMPTED", "preempted by a job of higher priority"],
  ["cancelled by somebody else: STOPPED, with by whom", healthy(), endedBy("cancelled", "cancelled by user 20001"), "STOPPED", "cancelled by user 20001"],
  ["out of memory before it was ever healthy: FAILED at once", starting(), endedBy("out_of_memory", "out of memory"), "FAILED failures=1", "out of memory"],
  ["out of memory afterwards: tried again", healthy(), endedBy("out_of_memory", "out of memory"), "PENDING failures=1 retryAt=1000500", "failure 1 of 5: out of memory"],
  ["its node failed: tried again", starting(), endedBy("node_failed", "node g1 failed"), "PENDING failures=1 retryAt=1000500", "failure 1 of 10: node g1 failed"],
  ["nodes fail again and again: by a limit of their own", starting({}, { failures: 8 }), endedBy("node_failed", "node g1 failed"), "PENDING failures=9 retryAt=1060000", "failure 9 of 10: node g1 failed"],
  ["nodes fail too often: FAILED", starting({}, { failures: 9 }), endedBy("node_failed", "node g1 failed"), "FAILED failures=10", "gave up after 10 failures: node g1 failed"],
  ["the scheduler could not start it: FAILED, with its words", pending({}, { handle: "h" }), endedBy("not_started", "JobLaunchFailure: no such directory"), "FAILED failures=1", "JobLaunchFailure: no such directory"],
  ["its runner ended since nobody called: STOPPED, as asked", healthy(idle), asked, "STOPPED", "idle for 15 minutes, as asked"],
  ["a runner that ends by itself without being asked for that is a crash", healthy(), asked, "PENDING failures=1 retryAt=1000500", "failure 1 of 5: nobody called"],
  ["late, but ended by its scheduler: that is told, not the lateness", starting({ ...halfAnHour, updatedAt: 0 }), endedBy("node_failed", "node g1 failed"), "PENDING failures=1 retryAt=1000500", "failure 1 of 10: node g1 failed"],
];

describe("the end of a launch", () => {
  test.each(table)("%s", (_fact, row, seen, plan, reason) => {
    const actions = planService(row, seen, unasked, now, limits);
    expect(brief(actions)).toBe(plan);
    const [write] = actions.filter((action) => action.kind === "write");
    expect(write?.change.service?.statusReason).toBe(reason);
  });

  test("that is bad is told with what its log shows", () => {
    const actions = planService(healthy(halfAnHour), endedBy("time_limit"), unasked, now, limits);
    const [write] = actions.filter((action) => action.kind === "write");
    expect(write?.change.service?.diagnosis).toMatchObject({
      kind: "time_limit",
      command: expect.stringContaining("--renew"),
    });
  });
});

const stopped = "suspended by the scheduler; it goes on when that lets it";

// one row, one line
// oxfmt-ignore
const suspensions: readonly (readonly [fact: string, row: ServiceRow, seen: Observation, health: Health, plan: string])[] = [
  ["suspended: noted, and nothing else", healthy(), suspended, unasked, "note"],
  ["suspended for long: nothing", healthy({ statusReason: stopped, updatedAt: 0 }), suspended, unasked, ""],
  ["suspended while it starts: its time to start does not run", starting({ statusReason: stopped, updatedAt: 0 }), suspended, unasked, ""],
  ["it goes on: the reason is cleared before it is asked how it does", healthy({ statusReason: stopped }), running, failing(50), "note"],
  ["it goes on starting: it has its time anew", starting({ statusReason: stopped, updatedAt: 0 }), running, loading, "STARTING"],
  ["unhealthy and suspended: stays so", unhealthy({ statusReason: stopped }), suspended, unasked, ""],
];

describe("a launch that its scheduler suspends", () => {
  test.each(suspensions)("%s", (_fact, row, seen, health, plan) => {
    expect(brief(planService(row, seen, health, now, limits))).toBe(plan);
  });
});

// one row, one line
// oxfmt-ignore
test.each([
  ["slept through: it has its time yet", { lostMs: () => 43_200_000 }, loading, ""],
  ["of a runner that is not reached yet: it may be ready", {}, failing(3), ""],
  ["of a runner that is not reached for good: it is ended", {}, failing(20), "stop 0"],
  ["of one that answers in time after all", {}, ready(1), "HEALTHY"],
  ["lived through: it is ended", { lostMs: () => 0 }, loading, "stop 0"],
])("twelve hours of starting, %s", (_fact, given, health, plan) => {
  const row = starting({ updatedAt: now - 43_200_000 });
  expect(brief(planService(row, running, health, now, { ...limits, ...given }))).toBe(plan);
});
