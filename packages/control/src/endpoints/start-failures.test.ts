import { expect, test } from "vitest";
import type { Replica } from "./replica.ts";
import { afterFailure, failuresSeen, startPauseMs, type FailuresByDeployment } from "./start-failures.ts";

function replica(createdAt: number, given: Partial<Replica> = {}): Replica {
  const id = `r${createdAt}`;
  return {
    id,
    name: id,
    deployment: 1,
    profile: "here",
    phase: "ended",
    failure: "exit code 1",
    waitingSince: null,
    readyAt: null,
    inFlight: 0,
    createdAt,
    endedAt: createdAt + 5_000,
    unhealthySince: null,
    drainingSince: null,
    ...given,
  };
}

/** As if each had been looked at when it had ended, with the last five at hand. */
function lived(replicas: readonly Replica[]): FailuresByDeployment {
  return replicas.reduce<FailuresByDeployment>(
    (known, { endedAt }, index) =>
      failuresSeen(known, replicas.slice(Math.max(0, index - 4), index + 1), endedAt ?? 0),
    new Map(),
  );
}

test("a row is longer than the five ended replicas that are kept", () => {
  const row = lived(Array.from({ length: 9 }, (_, index) => replica(index * 1_000_000))).get(1);
  expect(row?.count).toBe(9);
  expect([5, 7, 9].map(startPauseMs)).toEqual([160_000, 600_000, 600_000]);
});

test("what was seen before is not counted again, and those that were begun together count as one", () => {
  const together = [replica(0), replica(1_000), replica(2_000)];
  const once = failuresSeen(new Map(), together, 10_000);
  expect(failuresSeen(once, together, 20_000)).toEqual(once);
  expect(once.get(1)?.count).toBe(1);
});

test("after a restart of the server the row is read from what is kept", () => {
  const kept = [replica(0), replica(20_000), replica(50_000)];
  expect(failuresSeen(new Map(), kept, 60_000).get(1)?.count).toBe(3);
});

test("one that has started well ends the row, a later failure begins another", () => {
  const good = replica(40_000, { phase: "ready", failure: null, readyAt: 45_000, endedAt: null });
  const known = failuresSeen(new Map(), [replica(0), replica(20_000)], 30_000);
  expect(failuresSeen(known, [replica(0), replica(20_000), good], 50_000).size).toBe(0);
  const again = failuresSeen(new Map(), [replica(0), good, replica(60_000)], 70_000);
  expect(again.get(1)?.count).toBe(1);
});

test("a failure long after what was wanted was there begins a row of its own", () => {
  const last = { begunAt: 0, failedAt: 1_000, reason: "no such model", isRefusal: true };
  const met = { count: 3, last, isMet: true };
  expect(afterFailure(met, { ...last, begunAt: 20_000, failedAt: 20_001 }).count).toBe(4);
  expect(afterFailure(met, { ...last, begunAt: 90_000, failedAt: 90_001 }).count).toBe(1);
});
