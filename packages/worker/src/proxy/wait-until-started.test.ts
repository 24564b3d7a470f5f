import { expect, test } from "vitest";
import { impatientClock } from "../test/impatient-clock.ts";
import { waitUntilStarted } from "./wait-until-started.ts";

test("it asks every half second until it hears true; what throws is a no", async () => {
  const clock = impatientClock();
  const answers = [
    () => false,
    () => Promise.resolve(false),
    () => Promise.reject(new Error("no")),
    () => true,
  ];
  const checkStart = (): boolean | Promise<boolean> => answers.shift()?.() ?? false;
  expect(await waitUntilStarted(checkStart, clock, new AbortController().signal)).toBe(true);
  expect(clock.pauses).toEqual([500, 500, 500]);
});

test("it asks no more once it is stopped", async () => {
  const stop = new AbortController();
  const checkStart = (): boolean => {
    stop.abort();
    return false;
  };
  expect(await waitUntilStarted(checkStart, impatientClock(), stop.signal)).toBe(false);
});
