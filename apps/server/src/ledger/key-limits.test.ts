import type { UsageRow } from "@berth/api";
import { LimitBook } from "@berth/gateway";
import { FakeClock } from "@berth/std/clock";
import type { UsageQuery } from "@berth/store";
import { expect, test } from "vitest";
import { keyLimits } from "./key-limits.ts";

const row: UsageRow = {
  group: "k",
  requests: 1,
  errors: 0,
  inputTokens: 100,
  outputTokens: 20,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 1.5,
  gpuSeconds: 30,
  firstTokenP50Ms: null,
  firstTokenP99Ms: null,
  durationP50Ms: null,
  durationP99Ms: null,
};

function world() {
  const clock = new FakeClock(Date.UTC(2026, 4, 17, 13));
  const asked: UsageQuery[] = [];
  const usage = {
    groupUsage: async (query: UsageQuery) => {
      asked.push(query);
      return query.fromMs === Date.UTC(2026, 4, 17) ? [row] : [{ ...row, costUsd: 9 }];
    },
  };
  const slots: [string, number | undefined][] = [];
  const tellSlot = (keyId: string, slot: number | undefined): void => void slots.push([keyId, slot]);
  return { asked, slots, limits: keyLimits(new LimitBook(), usage, clock, tellSlot) };
}

const budgets = [
  { period: "day", unit: "tokens", amount: 1000 },
  { period: "month", unit: "usd", amount: 10 },
] as const;

test("a key's budgets begin with what the ledger knows of this day and this month", async () => {
  const { limits } = world();
  await limits.setLimits(new Map([["k", { budgets: [...budgets] }]]));
  expect(limits.budgets("k")).toMatchObject([
    { period: "day", unit: "tokens", spent: 120 },
    { period: "month", unit: "usd", spent: 9, resetsAt: Date.UTC(2026, 5, 1) },
  ]);
});

test("keys without limits ask nobody and cost nothing", async () => {
  const { limits, asked } = world();
  await limits.setLimits(new Map([["k", {}]]));
  expect(asked).toEqual([]);
  expect(limits.budgets("k")).toEqual([]);
});

test("new limits for a key that has some do not ask again; taken away and given again they do", async () => {
  const { limits, asked } = world();
  await limits.setLimits(new Map([["k", { budgets: [budgets[0]] }]]));
  await limits.setLimits(new Map([["k", { budgets: [...budgets] }]]));
  expect(asked).toHaveLength(2);
  expect(limits.budgets("k")).toHaveLength(2);
  await limits.setLimits(new Map([["k", {}]]));
  expect(limits.budgets("k")).toEqual([]);
  await limits.setLimits(new Map([["k", { parallel: 1 }]]));
  expect(asked).toHaveLength(4);
});

test("who else counts hears of a key's place in the book when it gets one and when it loses it", async () => {
  const { limits, slots } = world();
  await limits.setLimits(new Map([["unlimited", {}]]));
  for (const given of [{ parallel: 1 }, { parallel: 2 }, {}, {}])
    await limits.setLimits(new Map([["k", given]]));
  expect(slots).toEqual([
    ["k", 0],
    ["k", undefined],
  ]);
});
