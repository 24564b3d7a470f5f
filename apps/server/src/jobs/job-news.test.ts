import { setImmediate as turn } from "node:timers/promises";
import { type Change, jobStatuses } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import type { JobChange, JobCounts } from "@berth/store";
import { expect, test } from "vitest";
import { JobNews } from "./job-news.ts";

function counted(more: Partial<JobCounts>): JobCounts {
  return { ...(Object.fromEntries([...jobStatuses, "ready"].map((one) => [one, 0])) as JobCounts), ...more };
}

test("changes are told at once and then at most once a second, each with its count", async () => {
  const clock = new FakeClock();
  const told: Change[] = [];
  const listeners = new Set<(change: JobChange) => void>();
  let counts = new Map([["e1", counted({ QUEUED: 1, ready: 1 })]]);
  const news = await JobNews.open({
    store: {
      counts: async () => counts,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    changes: { publish: (change) => told.push(change) },
    clock,
    report: (error) => {
      throw error;
    },
  });
  const change = (endpointId: string): void => {
    for (const listener of listeners) listener({ jobId: "j", endpointId, status: "QUEUED", what: "status" });
  };
  expect([news.of("e1"), news.of("e2")]).toEqual([
    { queued: 1, ready: 1, running: 0 },
    { queued: 0, ready: 0, running: 0 },
  ]);
  counts = new Map([["e1", counted({ QUEUED: 2, RUNNING: 1 })]]);
  change("e1");
  await turn();
  expect(told).toEqual([{ type: "jobs", endpointId: "e1" }]);
  expect(news.of("e1")).toEqual({ queued: 2, ready: 0, running: 1 });
  for (let count = 0; count < 100; count += 1) change("e1");
  change("e2");
  await clock.advance(999);
  expect(told.length).toBe(1);
  await clock.advance(1);
  expect(told.slice(1)).toEqual([
    { type: "jobs", endpointId: "e1" },
    { type: "jobs", endpointId: "e2" },
  ]);
  await clock.advance(5_000);
  expect([told.length, clock.sleeping]).toEqual([3, 0]);
  await news.close();
  expect(listeners.size).toBe(0);
});
