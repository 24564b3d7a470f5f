import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { ownHeap, shrinkWhenIdle, type Work } from "./idle-memory.ts";

const mebibyte = 1024 * 1024;
const idle: Work = { inFlight: 0, activeMs: 0 };

/** A heap of some size, and how often it was shrunk to `leftMiB`. */
function watched(work: () => Work, sizeMiB: number, leftMiB: number) {
  const clock = new FakeClock();
  const state = { sizeMiB, shrunk: 0 };
  const stop = new AbortController();
  const heap = {
    bytes: () => state.sizeMiB * mebibyte,
    shrink: () => {
      state.shrunk += 1;
      state.sizeMiB = leftMiB;
    },
  };
  const done = shrinkWhenIdle({ heap, work, clock }, stop.signal);
  return { clock, state, stop: () => (stop.abort(), done) };
}

test("a server with nothing to do gives back what its start took, once", async () => {
  const { clock, state, stop } = watched(() => idle, 40, 30);
  await clock.advance(60_000);
  expect(state.shrunk).toBe(1);
  await stop();
});

test("after a burst it does so again", async () => {
  const { clock, state, stop } = watched(() => idle, 40, 30);
  await clock.advance(10_000);
  state.sizeMiB = 200;
  await clock.advance(10_000);
  expect(state).toEqual({ shrunk: 2, sizeMiB: 30 });
  await stop();
});

test.each<[string, (nowMs: number) => Work]>([
  ["a request is under way", () => ({ inFlight: 1, activeMs: 0 })],
  ["there is work to do", (nowMs) => ({ inFlight: 0, activeMs: nowMs / 10 })],
])("while %s nothing is stopped for it", async (_, workAt) => {
  let nowMs = 0;
  const { clock, state, stop } = watched(() => workAt(nowMs), 400, 30);
  for (; nowMs < 60_000; nowMs += 1_000) await clock.advance(1_000);
  expect(state.shrunk).toBe(0);
  await stop();
});

test("garbage that stays behind after a burst leaves the machine's memory", () => {
  const heap = ownHeap();
  let garbage: unknown[] | undefined = Array.from({ length: 500_000 }, (_, at) => ({ at }));
  const before = heap.bytes();
  expect(garbage).toHaveLength(500_000);
  garbage = undefined;
  heap.shrink();
  expect(heap.bytes()).toBeLessThan(before - 8 * mebibyte);
});
