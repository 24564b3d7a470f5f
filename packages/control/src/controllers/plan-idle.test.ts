import { expect, test } from "vitest";
import {
  brief,
  failing,
  healthy,
  now,
  ready,
  running,
  suspended,
  unasked,
  unhealthy,
  starting,
} from "../testing/looks.ts";
import type { LiveFact } from "./live-facts.ts";
import { planIdle } from "./plan-idle.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000, stopGraceMs: 15_000 };
const quarter = 900_000;
const idle = { idleTimeoutSeconds: 900, healthyAt: 0 };
const fact: LiveFact = {
  launchId: "abc123-1",
  address: undefined,
  transport: null,
  job: null,
  expectedStartAt: null,
  inFlight: 0,
  lastActivityAt: null,
  memoryMiB: null,
  progress: undefined,
  probe: { outcome: "ready", streak: 1 },
};
const well = { observation: running, health: ready(9), fact };

// one row, one line
// oxfmt-ignore
test.each([
  ["called a moment ago: nothing", healthy(idle), well, now - 1_000, {}, ""],
  ["not called for as long as it was told to wait: it ends", healthy(idle), well, now - quarter, {}, "stop 15000; STOPPED"],
  ["it was never told to", healthy(), well, 0, {}, ""],
  ["a request is under way", healthy(idle), { ...well, fact: { ...fact, inFlight: 1 } }, 0, {}, ""],
  ["it has just become healthy", healthy({ ...idle, healthyAt: now - 1_000 }), well, 0, {}, ""],
  ["nobody has looked at it before", healthy(idle), well, undefined, {}, ""],
  ["it does not answer: it may be busy", healthy(idle), { ...well, health: failing(1) }, 0, {}, ""],
  ["it is not healthy", unhealthy(idle), well, 0, {}, ""],
  ["it starts", starting(idle), well, 0, {}, ""],
  ["it is suspended, and cannot be called", healthy(idle), { ...well, observation: suspended, health: unasked }, 0, {}, ""],
  ["this machine slept meanwhile: it waits on", healthy(idle), well, now - quarter, { lostMs: () => quarter }, ""],
  ["a launch beside it ends, too", { ...healthy(idle), renewal: { lastAttempt: 2, successor: null, predecessors: [{ attempt: 2, handle: null, since: 0 }] } }, well, now - quarter, {}, "stop 15000 of 2; stop 15000; STOPPED"],
])("%s", (_fact, row, seen, usedAt, given, plan) => {
  const actions = planIdle(row, seen, usedAt, now, { ...limits, ...given });
  expect(brief(actions)).toBe(plan);
  const [write] = actions.filter((action) => action.kind === "write");
  if (write !== undefined) expect(write.change.service?.statusReason).toBe("idle for 15 minutes, as asked");
});
