import type { EndpointLoad } from "@berth/gateway";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ThreadLoads } from "../endpoints/gateway-loads.ts";
import { tellLoads } from "./tell-loads.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counting() {
  const loads = new Map<string, EndpointLoad>();
  const outstanding = new Map<string, number>();
  const told: ThreadLoads[] = [];
  const gateway = { traffic: { loads }, outstanding: () => outstanding };
  const now = tellLoads(gateway as unknown as Parameters<typeof tellLoads>[0], (one) => told.push(one));
  return { loads, outstanding, told, now };
}

test("changes are told a moment later, once", () => {
  const { loads, told } = counting();
  vi.advanceTimersByTime(1_000);
  const before = told.length;
  loads.set("ep-1", { arrived: 1, finished: 0, held: 1 });
  vi.advanceTimersByTime(1_000);
  expect(told.slice(before)).toEqual([
    { endpoints: [["ep-1", { arrived: 1, finished: 0, held: 1 }]], outstanding: [] },
  ]);
});

test("a request that is asked again elsewhere is told, though its endpoint's counts stay", () => {
  const { outstanding, told } = counting();
  outstanding.set("svc-1", 1);
  vi.advanceTimersByTime(200);
  outstanding.delete("svc-1");
  outstanding.set("svc-2", 1);
  vi.advanceTimersByTime(200);
  expect(told.at(-1)?.outstanding).toEqual([["svc-2", 1]]);
});

test("at once, for whoever is woken by it", () => {
  const { loads, told, now } = counting();
  loads.set("ep-1", { arrived: 1, finished: 0, held: 0 });
  now();
  expect(told.at(-1)?.endpoints).toEqual([["ep-1", { arrived: 1, finished: 0, held: 0 }]]);
});
