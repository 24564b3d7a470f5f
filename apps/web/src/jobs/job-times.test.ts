import { expect, test } from "vitest";
import { mockJob } from "../../mock/seed-jobs.ts";
import { delayMs, executionMs, fractionDone, timeLeftMs } from "./job-times.ts";

const job = (given: Parameters<typeof mockJob>[1] | object) =>
  mockJob(0, { id: "job_1", createdAt: 1000, ...given }).job;
const progress = (done: number, total: number | null) => ({ done, total, message: null });

test("a job that waits has waited until now, and has not begun", () => {
  expect(delayMs(job({}), 5000)).toBe(4000);
  expect(executionMs(job({}), 5000)).toBeNull();
});

test("a running job's attempt goes on", () => {
  const running = job({ status: "RUNNING", startedAt: 3000 });
  expect(delayMs(running, 9000)).toBe(2000);
  expect(executionMs(running, 9000)).toBe(6000);
});

test("an ended job's times stand still", () => {
  const ended = job({ status: "COMPLETED", startedAt: 3000, finishedAt: 4500 });
  expect(executionMs(ended, 99_000)).toBe(1500);
});

test("what was cancelled before it began never ran, and waits no more", () => {
  const cancelled = job({ status: "CANCELLED", finishedAt: 4000 });
  expect(delayMs(cancelled, 9000)).toBeNull();
  expect(executionMs(cancelled, 9000)).toBeNull();
});

test("a job that is queued again does not run", () => {
  expect(executionMs(job({ status: "QUEUED", startedAt: 2000 }), 9000)).toBeNull();
});

test("the time left follows from how fast it was", () => {
  const running = job({ status: "RUNNING", startedAt: 1000, progress: progress(25, 100) });
  expect(timeLeftMs(running, 11_000)).toBe(30_000);
});

test.each([
  ["without a total", progress(25, null)],
  ["before anything is done", progress(0, 100)],
  ["without progress", null],
])("no time is promised %s", (_, given) => {
  expect(timeLeftMs(job({ status: "RUNNING", startedAt: 1000, progress: given }), 11_000)).toBeUndefined();
});

test("more done than there is counts as all of it", () => {
  expect(fractionDone(job({ progress: progress(120, 100) }))).toBe(1);
});
