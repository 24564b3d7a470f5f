import type { Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import { describe, expect, test } from "vitest";
import {
  absent,
  brief,
  exited,
  exitedWith,
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
  submitted,
  unasked,
  unhealthy,
  unknown,
} from "../testing/looks.ts";
import type { Health } from "./health.ts";
import { planService } from "./plan-service.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000, stopGraceMs: 15_000 };
const toStop = { desired: "stopped" } as const;
const stopping = (row: Partial<ServiceRow> = {}): ServiceRow =>
  healthy({ status: "STOPPING" }, { ...toStop, ...row });
const accepted = { handle: "h" };
const minuteAgo = now - 60_000;

type Row = readonly [fact: string, row: ServiceRow, seen: Observation, health: Health, plan: string];

// one row, one line
// oxfmt-ignore
const table: readonly Row[] = [
  // launching
  ["a new service: the intent is written before the launch", submitted(), absent, unasked, "PENDING attempt=1 restarts=0; launch"],
  ["a crash between intent and launch: the same attempt is launched", pending(), absent, unasked, "launch"],
  ["a crash between launch and handle: what runs is adopted by its name", pending(), running, unasked, "STARTING"],
  ["accepted, and then no trace of it: a failure", pending({}, accepted), absent, unasked, "PENDING failures=1 retryAt=1000500"],
  ["its turn has not come: the reason is noted", pending({}, accepted), queued, unasked, "note"],
  ["its turn has not come, the reason is known: nothing", pending({ statusReason: "Priority" }, accepted), queued, unasked, ""],
  ["it waits in the queue for a day: nothing", pending({ statusReason: "Priority", updatedAt: now - 86_400_000 }, accepted), queued, unasked, ""],
  ["its runner installs the engine: the reason is noted", pending({}, accepted), installing, unasked, "note"],
  ["it installs for an hour, as is known: nothing", pending({ statusReason: "installing llama.cpp", updatedAt: now - 3_600_000 }, accepted), installing, unasked, ""],
  ["seen before its runner could say that it installs: back to PENDING", starting({ updatedAt: 0 }), installing, loading, "PENDING"],

  // starting
  ["the engine loads: nothing", starting(), running, loading, ""],
  ["the runner has no port yet: nothing", starting(), running, failing(20), ""],
  ["one good probe makes a starting service healthy", starting(), running, ready(1), "HEALTHY"],
  ["late, but within its grace: nothing", starting({ updatedAt: minuteAgo - 4_999 }), running, loading, ""],
  ["later than that: it is killed", starting({ updatedAt: minuteAgo - 5_000 }), running, loading, "stop 0"],
  ["ready at the last moment counts", starting({ updatedAt: minuteAgo - 9_000 }), running, ready(1), "HEALTHY"],
  ["gone after its time: TIMEOUT", starting({ updatedAt: minuteAgo }), exited, unasked, "TIMEOUT"],
  ["no trace after its time: TIMEOUT, made sure of", starting({ updatedAt: minuteAgo }), absent, unasked, "stop 0; TIMEOUT"],
  ["the scheduler took it back into the queue", starting(), queued, unasked, "PENDING"],

  // healthy or not
  ["all is well: nothing", healthy(), running, ready(100), ""],
  ["one probe lost: nothing", healthy(), running, failing(1), ""],
  ["two probes lost: nothing", healthy(), running, failing(2), ""],
  ["three probes lost in a row: UNHEALTHY", healthy(), running, failing(3), "UNHEALTHY"],
  ["not answering for long: nothing, it may be busy", unhealthy(), running, failing(1_000), ""],
  ["one good probe does not make it healthy again", unhealthy(), running, ready(1), ""],
  ["two good probes in a row do", unhealthy(), running, ready(2), "HEALTHY"],
  ["a healthy service back in the queue waits", healthy(), queued, unasked, "PENDING"],

  // crashing
  ["a crash: PENDING until the next try", healthy(), exited, unasked, "PENDING failures=1 retryAt=1000500"],
  ["an unhealthy one's crash likewise", unhealthy(), exited, unasked, "PENDING failures=1 retryAt=1000500"],
  ["the wait doubles", healthy({}, { failures: 3 }), exited, unasked, "PENDING failures=4 retryAt=1004000"],
  ["the wait is not over: nothing", pending({ retryAt: now + 1 }), exited, unasked, ""],
  ["the wait is over: the next attempt, counted as a restart", pending({ retryAt: now, restarts: 2 }, { attempt: 3 }), exited, unasked, "PENDING attempt=4 restarts=3; launch"],
  ["the sixth launch forgets the files of the first", pending({ retryAt: now }, { attempt: 5 }), exited, unasked, "PENDING attempt=6 restarts=1; launch; forget 1"],
  ["healthy for a minute: earlier failures are forgiven", healthy({ healthyAt: minuteAgo }, { failures: 4 }), exited, unasked, "PENDING failures=1 retryAt=1000500"],
  ["five in a row, each soon after becoming healthy: FAILED", healthy({}, { failures: 4 }), exited, unasked, "FAILED failures=5"],
  ["it runs, and then no trace of it: a failure", healthy(), absent, unasked, "PENDING failures=1 retryAt=1000500"],
  ["the wait after no trace is not over: nothing", pending({ retryAt: now + 1 }), absent, unasked, ""],
  ["the wait after no trace is over: the same attempt again", pending({ retryAt: now }), absent, unasked, "note; launch"],
  ["no trace once too often: FAILED, made sure of", starting({}, { failures: 2 }), absent, unasked, "stop 0; FAILED failures=3"],
  ["what was thought to be gone runs: it is adopted", pending({ retryAt: now + 1_000 }), running, unasked, "STARTING"],

  // never healthy
  ["a first failure to start is tried again", starting(), exited, unasked, "PENDING failures=1 retryAt=1000500"],
  ["three failures before it was ever healthy: FAILED", starting({}, { failures: 2 }), exited, unasked, "FAILED failures=3"],
  ["it was healthy once: its third failure is not its last", starting({ healthyAt: 1 }, { failures: 2 }), exited, unasked, "PENDING failures=3 retryAt=1002000"],
  ["an exit before anybody saw it run counts as well", pending({}, { handle: "h", failures: 2 }), exited, unasked, "FAILED failures=3"],
  ["a configuration refused (exit code 78): FAILED at once", starting(), exitedWith(78), unasked, "FAILED failures=1"],
  ["a program that is not there (exit code 127): FAILED at once", starting(), exitedWith(127), unasked, "FAILED failures=1"],
  ["exit code 78 after it was healthy is a crash like others", healthy(), exitedWith(78), unasked, "PENDING failures=1 retryAt=1000500"],

  // unknown is not dead
  ...(["PENDING", "STARTING", "HEALTHY", "UNHEALTHY"] as const).flatMap((status): Row[] => [
    [`${status}, not to be seen: flagged, nothing else`, healthy({ status }), unknown, unasked, `note unreachableSince=${now}`],
    [`${status}, still not to be seen: nothing`, healthy({ status, unreachableSince: 1, updatedAt: 0 }), unknown, unasked, ""],
    [`${status}, in the queue again: the flag is cleared first`, healthy({ status, unreachableSince: 1 }), queued, unasked, `seen; ${status === "PENDING" ? "note" : "PENDING"}`],
  ]),
  ["seen again, all is well: the flag is cleared", healthy({ unreachableSince: 1 }), running, ready(1), "seen"],
  ["seen again, and it has exited: both are told", healthy({ unreachableSince: 1 }), exited, unasked, "seen; PENDING failures=1 retryAt=1000500"],
  ["a retry that is due where nothing can be seen waits", pending({ retryAt: now, unreachableSince: 1 }), unknown, unasked, ""],
  ["a new order where nothing can be seen waits: the old launch may live", submitted({ unreachableSince: 1 }, { attempt: 1 }), unknown, unasked, ""],

  // stopping
  ["asked to stop: intent, effect, end", healthy({}, toStop), running, ready(1), "STOPPING; stop 15000; STOPPED"],
  ["a crash while stopping: the stop is repeated", stopping(), running, ready(1), "stop 15000; STOPPED"],
  ["it exited meanwhile: STOPPED", stopping(), exited, unasked, "STOPPED"],
  ["it was never launched: STOPPED", submitted({}, toStop), absent, unasked, "STOPPING; STOPPED"],
  ["stop during the launch: what may yet appear is stopped too", pending({}, toStop), absent, unasked, "STOPPING; stop 15000; STOPPED"],
  ["stop while it installs the engine", pending({}, toStop), installing, unasked, "STOPPING; stop 15000; STOPPED"],
  ["stop while it waits in the queue", pending({}, toStop), queued, unasked, "STOPPING; stop 15000; STOPPED"],
  ["stop while it waits for its next try", pending({ retryAt: now + 9 }, toStop), exited, unasked, "STOPPING; STOPPED"],
  ["stop while it starts", starting({}, toStop), running, loading, "STOPPING; stop 15000; STOPPED"],
  ["stop where nothing can be seen: tried, and ended only if that succeeds", stopping(), unknown, unasked, `note unreachableSince=${now}; stop 15000; STOPPED`],

  // ordered again
  ["restart of an ended service: the next attempt", submitted({}, { attempt: 3 }), exited, unasked, "PENDING attempt=4 restarts=0; launch"],
  ["restart of one whose files are gone: the next attempt", submitted({}, { attempt: 3 }), absent, unasked, "PENDING attempt=4 restarts=0; launch"],
  ["restart of a running service: what runs is stopped first", submitted({}, { attempt: 3 }), running, unasked, "stop 15000"],
  ["restart of a queued service: what waits is withdrawn first", submitted({}, { attempt: 3 }), queued, unasked, "stop 15000"],
  ["restart while stopping: the rest is stopped first", stopping({ desired: "running" }), running, unasked, "stop 15000"],

  // ended
  ...(["STOPPED", "FAILED", "TIMEOUT", "PREEMPTED"] as const).flatMap((status) =>
    ([absent, queued, running, exited, unknown] as const).flatMap((seen): Row[] => [
      [`${status} never moves by itself (${seen.kind})`, healthy({ status }), seen, ready(9), ""],
      [`${status} is stopped already (${seen.kind})`, healthy({ status }, toStop), seen, ready(9), ""],
    ]),
  ),
];

describe("what is done when", () => {
  test.each(table)("%s", (_fact, row, seen, health, plan) => {
    expect(brief(planService(row, seen, health, now, limits))).toBe(plan);
  });
});

describe("every change of status", () => {
  const moves = table.flatMap(([fact, row, seen, health]) =>
    planService(row, seen, health, now, limits).flatMap((action) =>
      action.kind === "write" && action.change.service?.status !== undefined
        ? [{ fact, service: action.change.service, remark: action.remark }]
        : [],
    ),
  );

  test.each(moves)("has its line in the history and its time: $fact", ({ service, remark }) => {
    expect(remark?.status).toBe(service.status);
    expect(remark?.message).not.toBe("");
    expect(service.updatedAt).toBe(now);
  });

  const ends = moves.filter(({ service }) => ["STOPPED", "FAILED", "TIMEOUT"].includes(service.status ?? ""));
  test.each(ends)("that ends it says when and why: $fact", ({ service }) => {
    expect(service.endedAt).toBe(now);
    expect(service.statusReason).not.toBe("");
    expect(service.retryAt).toBeNull();
  });
});
