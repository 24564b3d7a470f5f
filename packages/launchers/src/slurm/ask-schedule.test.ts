import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { SchedulerMeter } from "../cluster/index.ts";
import { isQueueDue } from "./ask-schedule.ts";

interface Life {
  readonly seconds: number;
  readonly isWanted: (second: number) => boolean;
  readonly changesAt?: readonly number[];
  readonly isSilent?: boolean;
}

/** The seconds at which the scheduler is asked by somebody who looks ten times a second. */
async function askedAt({ seconds, isWanted, changesAt = [0], isSilent = false }: Life): Promise<number[]> {
  const clock = new FakeClock(0);
  const meter = new SchedulerMeter(clock);
  const asked: number[] = [];
  let lastAskedAt: number | undefined;
  for (let tick = 0; tick < seconds * 10; tick++) {
    const now = clock.monotonic();
    const lastChangeAt = Math.max(...changesAt.filter((second) => second * 1000 <= now), 0) * 1000;
    const failures = isSilent ? asked.length : 0;
    if (
      isQueueDue({
        now,
        lastAskedAt,
        lastChangeAt,
        isWanted: isWanted(now / 1000),
        failures,
        lastMinute: meter.lastMinute,
      }) &&
      meter.take()
    ) {
      asked.push(now / 1000);
      lastAskedAt = now;
    }
    await clock.advance(100);
  }
  return asked;
}

test("just after a submission it is asked again after 5 s, then ever more seldom, down to once a minute", async () => {
  const asked = await askedAt({ seconds: 600, isWanted: () => true });
  expect(asked.slice(0, 5)).toEqual([0, 5, 17, 29, 43.5]);
  const gaps = asked.slice(1).map((second, index) => second - (asked[index] ?? 0));
  expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
  expect(gaps.at(-1)).toBe(60);
});

test("when all that is there runs, it is asked once a minute", async () => {
  expect(await askedAt({ seconds: 300, isWanted: () => false })).toEqual([0, 60, 120, 180, 240]);
});

test("news of every second are looked at every 12 s, without a pause at the budget's end", async () => {
  const restless = Array.from({ length: 600 }, (_, second) => second);
  const asked = await askedAt({ seconds: 300, isWanted: () => true, changesAt: restless });
  const gaps = asked.slice(1).map((second, index) => second - (asked[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(12.1);
});

test("news are looked at within 5 s", async () => {
  const asked = await askedAt({ seconds: 130, isWanted: (second) => second > 100, changesAt: [0, 100] });
  expect(asked.filter((second) => second > 60 && second <= 105.1).at(-1)).toBeGreaterThanOrEqual(100);
});

test("one that does not answer is left alone for longer each time", async () => {
  const asked = await askedAt({ seconds: 300, isWanted: () => true, isSilent: true });
  expect(asked.slice(0, 5)).toEqual([0, 10, 30, 70, 130]);
});

test("whatever happens, it is never asked more than six times within a minute", async () => {
  const restless = Array.from({ length: 600 }, (_, second) => second);
  const asked = await askedAt({ seconds: 600, isWanted: () => true, changesAt: restless });
  for (const second of asked)
    expect(asked.filter((other) => other >= second && other < second + 60).length).toBeLessThanOrEqual(6);
});
