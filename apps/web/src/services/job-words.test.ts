import type { SlurmJob } from "@berth/api";
import { expect, test } from "vitest";
import { service } from "../../mock/seed-services.ts";
import { renewalWords, timeLeft, waitingWords } from "./job-words.ts";

const minuteMs = 60_000;
const now = new Date(2026, 2, 14, 10, 53, 12).getTime();
const waiting: SlurmJob = {
  id: "48390",
  state: "PENDING",
  reason: "other jobs go first (Priority)",
  partition: "gpu",
  node: null,
  submittedAt: now - 6 * minuteMs,
  startedAt: null,
  endsAt: null,
  expectedStartAt: now + 49 * minuteMs,
  jobsAhead: 3,
  requeues: 0,
};
const running: SlurmJob = {
  ...waiting,
  state: "RUNNING",
  startedAt: now - 30 * minuteMs,
  endsAt: now + 10 * minuteMs,
};
const of = (given: Partial<ReturnType<typeof service>>) =>
  service(now, { id: "1", name: "heron", status: "PENDING", ...given });

test.each([
  [
    { job: waiting, expectedReadyAt: now + 52 * minuteMs },
    "other jobs go first (Priority) · 3 ahead · starts about 11:42, in 49 min · waiting for 6 min · then 3 min to load",
  ],
  [
    { job: { ...waiting, jobsAhead: 0, expectedStartAt: now - 1 }, statusReason: waiting.reason },
    "next in line · should start any moment · waiting for 6 min",
  ],
  [
    { job: { ...waiting, jobsAhead: null, expectedStartAt: null }, expectedReadyAt: now + minuteMs },
    "other jobs go first (Priority) · waiting for 6 min · ready about 10:54",
  ],
  [{ job: null }, ""],
  [{ job: running, status: "HEALTHY" as const }, ""],
])("%# a wait is told in one line", (given, words) => {
  expect(waitingWords(of(given), now).join(" · ")).toBe(words);
});

const successor = { launchId: "1-2", job: null, expectedReadyAt: now + 5 * minuteMs };
const end = "11:03";

test.each([
  [{ job: waiting }, undefined],
  [{ job: running }, `ends at ${end}`],
  [{ job: running, renew: true }, `renews itself before ${end}`],
  [
    { job: running, renew: true, successor: { ...successor, status: "PENDING" as const } },
    "successor queued, ready about 10:58",
  ],
  [
    {
      job: running,
      successor: { ...successor, status: "STARTING" as const, expectedReadyAt: null },
    },
    "successor loading",
  ],
  [
    { job: running, successor: { ...successor, status: "HEALTHY" as const } },
    "successor ready; requests go to it",
  ],
])("%# what comes after the wall time is told", (given, words) => {
  expect(renewalWords(of({ status: "HEALTHY", ...given }), now)).toBe(words);
});

test("time left is a share of the whole wall time, and never less than none", () => {
  expect(timeLeft(running, now)).toEqual({ leftMs: 10 * minuteMs, fraction: 0.25 });
  expect(timeLeft(running, now + 60 * minuteMs)).toEqual({ leftMs: 0, fraction: 0 });
  expect(timeLeft(waiting, now)).toBeUndefined();
  expect(timeLeft(null, now)).toBeUndefined();
});
