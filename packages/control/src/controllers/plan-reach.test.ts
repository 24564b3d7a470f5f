import { describe, expect, test } from "vitest";
import { brief, now, pending } from "../testing/looks.ts";
import { planLaunchFailure, planStopFailure } from "./plan-failure.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000 };
const hour = 3_600_000;

// one row, one line
// oxfmt-ignore
test.each([
  ["a login that has expired", { code: "login_required", message: "Permission denied (keyboard-interactive)." }, pending(), "note retryAt=1002000"],
  ["a host that is not reached", { code: "host_unreachable", message: "Connection timed out" }, pending(), "note retryAt=1002000"],
  ["a host key that nobody has seen", { code: "host_key_refused", message: "Host key verification failed." }, pending(), "note retryAt=1002000"],
  ["any of them, for an hour: twice a minute, and still no failure", { code: "host_unreachable", message: "down" }, pending({ updatedAt: now - hour }, { failures: 2 }), "note retryAt=1030000"],
])("%s is no failure of the launch", (_fact, refusal, row, plan) => {
  const [write, ...more] = planLaunchFailure(row, refusal, now, limits);
  expect(more).toEqual([]);
  expect(write).toMatchObject({ kind: "write", change: { service: { statusReason: refusal.message } } });
  expect(write?.kind === "write" && write.change.failures).toBeUndefined();
  expect(brief(write === undefined ? [] : [write])).toBe(plan);
});

test("what keeps a launch waiting is told once", () => {
  const refusal = { code: "login_required", message: "log in again" };
  const [first] = planLaunchFailure(pending(), refusal, now, limits);
  expect(first).toMatchObject({
    remark: { status: "PENDING", message: "waits to be launched: log in again" },
  });
  const [again] = planLaunchFailure(pending({ statusReason: "log in again" }), refusal, now, limits);
  expect(again).toMatchObject({ remark: undefined });
});

describe("what the scheduler refuses", () => {
  const words = "sbatch: error: invalid partition specified: nosuch";

  test.each(["launch_refused", "invalid_request"])(
    "(%s) ends the service at once, in its own words",
    (code) => {
      const actions = planLaunchFailure(pending(), { code, message: words }, now, limits);
      expect(brief(actions)).toBe("stop 0; FAILED failures=1");
      expect(actions[1]).toMatchObject({ change: { service: { statusReason: words } } });
    },
  );
});

test("an order to stop that does not get through says that it will", () => {
  const row = pending({ status: "STOPPING" });
  const [write] = planStopFailure(row, { code: "host_unreachable", message: "Connection timed out" });
  expect(write).toMatchObject({
    change: { service: { statusReason: "it is stopped as soon as it is reached: Connection timed out" } },
  });
});
