import { FakeClock } from "@berth/std/clock";
import type { UsageHorizon } from "@berth/store";
import { expect, test } from "vitest";
import { keepPurging } from "./keep-purging.ts";

const day = 86_400_000;

test("once an hour what is too old is forgotten; sums stay for the longest budget", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const purged: UsageHorizon[] = [];
  const errors: unknown[] = [];
  const purging = keepPurging(
    {
      usage: {
        purge: async (horizon) => {
          purged.push(horizon);
          if (purged.length === 1) throw new Error("the disk is full");
        },
      },
      clock,
      usageDays: 30,
      bodiesDays: 7,
      onError: (error) => errors.push(error),
    },
    stop.signal,
  );
  await clock.advance(5 * 60_000);
  await expect.poll(() => purged).toHaveLength(1);
  const now = clock.now();
  expect(purged).toEqual([{ requestsMs: now - 30 * day, bodiesMs: now - 7 * day, totalsMs: now - 62 * day }]);
  expect(errors).toHaveLength(1);
  await expect
    .poll(async () => {
      await clock.advance(60 * 60_000);
      return purged.length;
    })
    .toBeGreaterThan(1);
  stop.abort();
  await purging;
});
