import { describe, expect, test } from "vitest";
import {
  brief,
  exited,
  exitedLate,
  healthy,
  now,
  pending,
  ready,
  running,
  starting,
  unasked,
} from "../testing/looks.ts";
import type { Action } from "./action.ts";
import { planLaunchFailure } from "./plan-failure.ts";
import { planService } from "./plan-service.ts";
import { defaultServiceLimits } from "./service-limits.ts";

const limits = { ...defaultServiceLimits, startTimeoutMs: 60_000 };

function firstWrite(actions: readonly Action[]): Extract<Action, { kind: "write" }> {
  const write = actions.find((action) => action.kind === "write");
  if (write === undefined) throw new Error("nothing is written");
  return write;
}

describe("the evidence", () => {
  test("of a crash is its exit code, its signal and the end of its log", () => {
    const write = firstWrite(planService(healthy(), exited, unasked, now, limits));
    expect(write.remark?.evidence).toEqual({ attempt: 1, exitCode: 1, signal: null, logTail: ["boom"] });
    expect(write.remark?.message).toBe("the engine exited with code 1; next try in 0.5 s");
    expect(write.change.service?.logTail).toEqual(["boom"]);
  });

  test("of giving up is the count, the last reason and the log", () => {
    const write = firstWrite(planService(starting({}, { failures: 2 }), exited, unasked, now, limits));
    expect(write.change.service?.statusReason).toBe(
      "gave up after 3 failures: the engine exited with code 1",
    );
    expect(write.change.service?.logTail).toEqual(["boom"]);
  });

  test("of a good start is how long it took, and what the engine tells of itself", () => {
    const write = firstWrite(
      planService(starting({ updatedAt: now - 2_500 }), running, ready(1), now, limits),
    );
    expect(write.remark).toMatchObject({ message: "ready after 2.5 s", evidence: { tookMs: 2_500 } });
    expect(write.change.service).toMatchObject({
      contextTokens: 512,
      parallel: 2,
      healthyAt: now,
      logTail: null,
    });
  });

  test("of a start that took too long is the runner's last word", () => {
    const write = firstWrite(planService(starting({ updatedAt: 0 }), exited, unasked, now, limits));
    expect(write.change.service?.statusReason).toBe(
      "the engine was not ready within 60 s (the engine exited with code 1)",
    );
    expect(write.change.service?.logTail).toEqual(["boom"]);
  });

  test.each([
    ["by the runner's clock, which began first", starting({ updatedAt: now - 100 })],
    ["before anybody saw it start", pending()],
  ])("of a start that took too long %s is the same", (_, row) => {
    const reason = "the engine was not ready within 60 s: nothing listens there yet";
    const write = firstWrite(planService(row, exitedLate(reason), unasked, now, limits));
    expect(write.change.service).toMatchObject({ status: "TIMEOUT", statusReason: reason });
  });
});

describe("a launcher that refuses", () => {
  const refusal = { message: "no space left on device", code: "insufficient_disk" };

  test("is asked again after a while", () => {
    const actions = planLaunchFailure(pending(), refusal, now, limits);
    expect(brief(actions)).toBe("PENDING failures=1 retryAt=1000500");
    expect(firstWrite(actions).change.handle).toBeNull();
  });

  test("three times in a row ends the service, and makes sure that nothing runs", () => {
    const actions = planLaunchFailure(pending({}, { failures: 2 }), refusal, now, limits);
    expect(brief(actions)).toBe("stop 0; FAILED failures=3");
    expect(firstWrite(actions).change.service?.statusReason).toBe(
      "gave up after 3 failures: it could not be launched: no space left on device",
    );
  });
});
