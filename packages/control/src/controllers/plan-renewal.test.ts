import type { Observation } from "@berth/launchers";
import type { PredecessorRow, ServiceRow, SuccessorRow } from "@berth/store";
import { describe, expect, test } from "vitest";
import {
  absent,
  brief,
  endedBy,
  exited,
  failing,
  healthy,
  installing,
  loading,
  now,
  pending,
  queued,
  ready,
  running,
  starting,
  suspended,
  unasked,
  unhealthy,
  unknown,
} from "../testing/looks.ts";
import { slurmJob } from "../testing/sea.ts";
import type { Action } from "./action.ts";
import type { Health } from "./health.ts";
import { planRenewal, planSuccessorRefusal, type BesideLook } from "./plan-renewal.ts";
import { planService } from "./plan-service.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000, stopGraceMs: 15_000, leadMs: 120_000 };
const minute = 60_000;

function successor(given: Partial<SuccessorRow> = {}): SuccessorRow {
  return {
    attempt: 2,
    handle: "h2",
    status: "PENDING",
    statusReason: "Priority",
    updatedAt: now,
    retryAt: null,
    failures: 0,
    ...given,
  };
}
const predecessor = (given: Partial<PredecessorRow> = {}): PredecessorRow => ({
  attempt: 1,
  handle: "h",
  since: now - 10_000,
  ...given,
});
const renewing = (
  given: Partial<SuccessorRow> = {},
  row: ServiceRow = healthy({ renew: true }),
): ServiceRow => ({
  ...row,
  renewal: { lastAttempt: 2, successor: successor(given), predecessors: [] },
});
const renewed = (given: Partial<PredecessorRow> = {}): ServiceRow => ({
  ...healthy({ renew: true }, { attempt: 2 }),
  renewal: { lastAttempt: 2, successor: null, predecessors: [predecessor(given)] },
});
const look = (observation: Observation, health: Health = unasked, inFlight = 0): BesideLook => ({
  observation,
  health,
  inFlight,
});

/** What is written of the renewal stands behind: `successor 2 STARTING`, `before 1`. */
function briefly(actions: readonly Action[]): string {
  return actions
    .map((action) => {
      const renewal = action.kind === "write" ? action.change.renewal : undefined;
      if (renewal === undefined || renewal === null) return brief([action]);
      const next = renewal.successor;
      const tried = next?.retryAt == null ? "" : ` retryAt=${next.retryAt}`;
      const parts = [
        brief([action]).replace(/^note$/, ""),
        next === null ? "" : `successor ${next.attempt} ${next.status}${tried}`,
        renewal.predecessors.length === 0
          ? ""
          : `before ${renewal.predecessors.map(({ attempt }) => attempt).join()}`,
      ];
      return `(${parts.filter((part) => part !== "").join(", ")})`;
    })
    .join("; ");
}

const idle: Observation = {
  kind: "exited",
  exit: { exitCode: 0, signal: null, reason: "nobody called", logTail: [], requested: true, cause: "idle" },
};
const endingIn = (ms: number) => slurmJob({ endsAt: now + ms });

// one row, one line
// oxfmt-ignore
const beginnings: readonly (readonly [fact: string, row: ServiceRow, endsInMs: number, plan: string])[] = [
  ["its wall time is far: nothing", healthy({ renew: true }), 10 * minute, ""],
  ["its wall time is near: a successor, written down before it is launched", healthy({ renew: true }), 2 * minute, "(successor 2 PENDING); launch successor"],
  ["near, and it does not answer at the moment: a successor all the more", unhealthy({ renew: true }), minute, "(successor 2 PENDING); launch successor"],
  ["near, and it shall not be renewed: nothing", healthy(), minute, ""],
  ["near, and it is told to stop: nothing", healthy({ renew: true }, { desired: "stopped" }), minute, ""],
  ["near, and it only starts: nothing is there to be renewed", starting({ renew: true }), minute, ""],
  ["the fifth renewal forgets the first launch's files", healthy({ renew: true }, { attempt: 5 }), minute, "(successor 6 PENDING); launch successor; forget 1"],
  ["launches before it failed: the number is a new one", { ...healthy({ renew: true }), renewal: { lastAttempt: 4, successor: null, predecessors: [] } }, minute, "(successor 5 PENDING); launch successor"],
];

describe("a successor is launched", () => {
  test.each(beginnings)("%s", (_fact, row, endsInMs, plan) => {
    const looks = { job: endingIn(endsInMs), successor: undefined, predecessors: new Map() };
    expect(briefly(planRenewal(row, looks, now, limits))).toBe(plan);
  });

  test("not where nobody says when the present launch ends", () => {
    const looks = { job: slurmJob(), successor: undefined, predecessors: new Map() };
    expect(planRenewal(healthy({ renew: true }), looks, now, limits)).toEqual([]);
  });
});

// one row, one line
// oxfmt-ignore
const steps: readonly (readonly [fact: string, row: ServiceRow, seen: BesideLook, plan: string])[] = [
  ["a crash between intent and launch: launched", renewing({ handle: null }), look(absent), "launch successor"],
  ["it waits: nothing", renewing({ statusReason: "Priority" }), look(queued), ""],
  ["why it waits is noted", renewing({ statusReason: "launching" }), look(queued), "(successor 2 PENDING)"],
  ["it installs its engine", renewing(), look(installing), "(successor 2 PENDING)"],
  ["it starts", renewing(), look(running, loading), "(successor 2 STARTING)"],
  ["it loads: nothing", renewing({ status: "STARTING", statusReason: "the engine is starting" }), look(running, loading), ""],
  ["it loads for too long: ended, and its end is seen next", renewing({ status: "STARTING", updatedAt: now - 2 * minute }), look(running, loading), "stop 0 of 2"],
  ["its runner never gets a port, for too long: ended", renewing({ status: "STARTING", statusReason: "the engine is starting", updatedAt: now - 2 * minute }), look(running, unasked), "stop 0 of 2"],
  ["it does not answer yet, and may soon be reached: nothing", renewing({ status: "STARTING", statusReason: "the engine is starting", updatedAt: now - 2 * minute }), look(running, failing(3)), ""],
  ["it does not answer, for too long: ended", renewing({ status: "STARTING", statusReason: "the engine is starting", updatedAt: now - 2 * minute }), look(running, failing(20)), "stop 0 of 2"],
  ["it is suspended: nothing", renewing({ status: "STARTING", updatedAt: 0 }), look(suspended), ""],
  ["it is ready: from this write on it is the present one", renewing({ status: "STARTING" }), look(running, ready(1)), "(HEALTHY attempt=2 failures=0, before 1)"],
  ["it cannot be seen: nothing", renewing(), look(unknown), ""],
  ["it ends before it is ready: another follows after a pause", renewing({ status: "STARTING" }), look(exited), "(successor 2 PENDING retryAt=1005000)".replace("PENDING", "STARTING")],
  ["it leaves no trace: made sure of, and another follows", renewing(), look(absent), "stop 0 of 2; (successor 2 PENDING retryAt=1005000)"],
  ["the pause is not over: nothing", renewing({ retryAt: now + 1, failures: 1 }), look(exited), ""],
  ["the pause is over: the next, with a number of its own", renewing({ retryAt: now, failures: 1 }), look(exited), "(successor 3 PENDING); launch successor"],
  ["it could not be launched: the same one again", renewing({ retryAt: now, failures: 1, handle: null }), look(absent), "(successor 2 PENDING); launch successor"],
  ["it was refused, and is there all the same: it goes on", renewing({ retryAt: now + 9, failures: 1, handle: null }), look(running, loading), "(successor 2 PENDING)"],
];

describe("a successor", () => {
  test.each(steps)("%s", (_fact, row, seen, plan) => {
    const looks = { job: endingIn(minute), successor: seen, predecessors: new Map() };
    expect(briefly(planRenewal(row, looks, now, limits))).toBe(plan);
  });

  test("that fails says so in the history, and harms nobody", () => {
    const looks = { job: endingIn(minute), successor: look(exited), predecessors: new Map() };
    const [write] = planRenewal(renewing(), looks, now, limits);
    expect(write).toMatchObject({
      change: { renewal: { successor: { failures: 1 } } },
      remark: {
        status: "HEALTHY",
        message: "its successor failed: the engine exited with code 1; the next follows in 5 s",
      },
    });
    expect(write?.kind === "write" && write.change.service).toBeUndefined();
  });

  test("that cannot be launched since nobody is logged in waits, uncounted", () => {
    const refusal = { code: "login_required", message: "log in again" };
    expect(briefly(planSuccessorRefusal(renewing(), refusal, now, limits))).toBe(
      "(successor 2 PENDING retryAt=1002000)",
    );
    const refused = { code: "launch_refused", message: "QOSMaxSubmitJobPerUserLimit" };
    expect(planSuccessorRefusal(renewing(), refused, now, limits)).toMatchObject([
      { change: { renewal: { successor: { failures: 1, statusReason: "QOSMaxSubmitJobPerUserLimit" } } } },
    ]);
  });
});

// one row, one line
// oxfmt-ignore
const endings: readonly (readonly [fact: string, row: ServiceRow, seen: BesideLook, plan: string])[] = [
  ["it answers requests yet: nothing", renewed(), look(running, ready(9), 2), ""],
  ["it answers nobody: it ends", renewed(), look(running, ready(9), 0), "stop 15000 of 1; (note)"],
  ["it was taken over from this moment: requests may still be on their way", renewed({ since: now }), look(running, ready(9), 0), ""],
  ["it answers requests, and its wall time ends: told to end in time", renewed(), look({ ...running, job: endingIn(14_000) } as Observation, ready(9), 2), "stop 15000 of 1; (note)"],
  ["it does not say how it does, for long: it ends", renewed(), look(running, failing(3), 2), "stop 15000 of 1; (note)"],
  ["it has ended by itself", renewed(), look(exited), "(note)"],
  ["it cannot be seen: nothing", renewed(), look(unknown), ""],
  ["it was put back into the queue: withdrawn", renewed(), look(queued), "stop 0 of 1; (note)"],
];

describe("a launch that was taken over from", () => {
  test.each(endings)("%s", (_fact, row, seen, plan) => {
    const looks = { job: endingIn(60 * minute), successor: undefined, predecessors: new Map([[1, seen]]) };
    expect(briefly(planRenewal(row, looks, now, limits)).replace("()", "(note)")).toBe(plan);
  });
});

// one row, one line
// oxfmt-ignore
const takenOver: readonly (readonly [fact: string, row: ServiceRow, seen: Observation, plan: string])[] = [
  ["its wall time ends before the successor is ready: PENDING, not TIMEOUT", renewing(), endedBy("time_limit"), "(PENDING attempt=2 failures=0)"],
  ["the successor has begun to start: STARTING", renewing({ status: "STARTING" }), endedBy("time_limit"), "(STARTING attempt=2 failures=0)"],
  ["it crashes: the successor is there already", renewing({ status: "STARTING" }), exited, "(STARTING attempt=2 failures=0)"],
  ["it is preempted: the successor goes on", renewing(), endedBy("preempted"), "(PENDING attempt=2 failures=0)"],
  ["it left no trace: made sure of, then the successor", renewing(), absent, "stop 0; (PENDING attempt=2 failures=0)"],
  ["nobody has called it for as long as it was told to wait: both end", renewing({}, healthy({ renew: true, idleTimeoutSeconds: 900 })), idle, "stop 15000 of 2; (STOPPED)"],
  ["somebody cancels it: both end", renewing(), endedBy("cancelled"), "stop 15000 of 2; (STOPPED)"],
  ["the successor failed, too: the next launch has a number of its own", renewing({ retryAt: now, failures: 1 }), endedBy("time_limit"), "stop 15000 of 2; PENDING attempt=3 restarts=0; launch"],
  ["told to stop: both end", renewing({}, healthy({ renew: true }, { desired: "stopped" })), running, "STOPPING; stop 15000 of 2; stop 15000; (STOPPED)"],
  ["ordered again: both end first", renewing({}, pending({ status: "SUBMITTED" })), running, "stop 15000 of 2; stop 15000"],
  ["ordered again, its launch is over, the successor's is not", renewing({}, pending({ status: "SUBMITTED" })), exited, "stop 15000 of 2; PENDING attempt=3 restarts=0; launch"],
];

describe("the present launch ends while there is another", () => {
  test.each(takenOver)("%s", (_fact, row, seen, plan) => {
    expect(briefly(planService(row, seen, unasked, now, limits))).toBe(plan);
  });
});
