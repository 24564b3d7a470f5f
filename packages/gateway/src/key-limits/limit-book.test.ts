import { BerthError, type Budget, type KeyLimits } from "@berth/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Principal } from "../ports.ts";
import type { Admission, Decision } from "./admission.ts";
import { LimitBook, makeBookMemory } from "./limit-book.ts";
import type { Need, Used } from "./need.ts";

const now = Date.UTC(2026, 0, 31, 12);
const nothing: Need = { tokensAtMost: 0, costAtMostUsd: 0, gpuSecondsAtMost: 0 };
const unused: Used = { tokens: 0, costUsd: 0, gpuSeconds: 0 };
const tokens = (count: number): Need => ({ ...nothing, tokensAtMost: count });
const dollars = (usd: number): Need => ({ ...nothing, costAtMostUsd: usd });

function holder(limits: KeyLimits, keyId = "k"): Principal {
  return { keyId, scopes: ["inference"], models: null, limits, logBodies: false };
}

function open(limits: KeyLimits) {
  const book = new LimitBook();
  book.setLimits("k", limits, now);
  const admit = (need: Need, atMs = now): Admission => admitted(book.admit(holder(limits), need, atMs));
  return { book, admit };
}

function admitted(decision: Decision): Admission {
  if (decision.kind === "refused") throw decision.error;
  return decision.admission;
}

/** The code and the details of the refusal; `undefined` when there is none. */
function refusalOf(act: () => unknown): { readonly code: string; readonly details: unknown } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { code: error.code, details: error.details };
  }
}

test.each<{
  fact: string;
  limits: KeyLimits;
  before: readonly (readonly [atMs: number, need: Need])[];
  last: readonly [atMs: number, need: Need];
  refusal: object | undefined;
}>([
  {
    fact: "a request more than a minute has is refused until the first is over",
    limits: { requestsPerMinute: 2 },
    before: [
      [0, nothing],
      [10_000, nothing],
    ],
    last: [20_000, nothing],
    refusal: { code: "rate_limited", details: { limit: "requests", retryAfterSeconds: 41 } },
  },
  {
    fact: "places of a minute become free one by one, as they were taken",
    limits: { requestsPerMinute: 2 },
    before: [
      [0, nothing],
      [10_000, nothing],
    ],
    last: [61_000, nothing],
    refusal: undefined,
  },
  {
    fact: "the edge of a minute lets no second burst through",
    limits: { requestsPerMinute: 2 },
    before: [
      [59_999, nothing],
      [59_999, nothing],
    ],
    last: [60_000, nothing],
    refusal: { code: "rate_limited", details: { limit: "requests", retryAfterSeconds: 60 } },
  },
  {
    fact: "tokens count before they are used",
    limits: { tokensPerMinute: 100 },
    before: [[0, tokens(60)]],
    last: [30_000, tokens(41)],
    refusal: { code: "rate_limited", details: { limit: "tokens", retryAfterSeconds: 31 } },
  },
  {
    fact: "a request larger than the minute is not told to wait",
    limits: { tokensPerMinute: 100 },
    before: [],
    last: [0, tokens(101)],
    refusal: { code: "rate_limited", details: { limit: "tokens" } },
  },
  {
    fact: "no more requests than allowed are under way at once",
    limits: { parallel: 1 },
    before: [[0, nothing]],
    last: [3_600_000, nothing],
    refusal: { code: "rate_limited", details: { limit: "parallel", retryAfterSeconds: 1 } },
  },
  {
    fact: "a budget is kept for what is under way, which may give some of it back",
    limits: { budgets: [{ period: "day", unit: "usd", amount: 1 }] },
    before: [[0, dollars(0.6)]],
    last: [0, dollars(0.5)],
    refusal: { code: "budget_exceeded", details: { limit: "usd/day", retryAfterSeconds: 1 } },
  },
  {
    fact: "ten dimes are a dollar",
    limits: { budgets: [{ period: "day", unit: "usd", amount: 1 }] },
    before: Array.from({ length: 9 }, () => [0, dollars(0.1)] as const),
    last: [0, dollars(0.1)],
    refusal: undefined,
  },
  {
    fact: "a request larger than the budget is not told to wait",
    limits: { budgets: [{ period: "month", unit: "tokens", amount: 10 }] },
    before: [],
    last: [0, tokens(11)],
    refusal: { code: "budget_exceeded", details: { limit: "tokens/month" } },
  },
  {
    fact: "what needs nothing of a budget is not stopped by it",
    limits: { budgets: [{ period: "day", unit: "usd", amount: 1 }] },
    before: [[0, dollars(1)]],
    last: [0, tokens(1_000)],
    refusal: undefined,
  },
  {
    fact: "of two budgets of a kind the smaller counts",
    limits: {
      budgets: [
        { period: "day", unit: "usd", amount: 1 },
        { period: "day", unit: "usd", amount: 2 },
      ],
    },
    before: [[0, dollars(1)]],
    last: [0, dollars(0.5)],
    refusal: { code: "budget_exceeded", details: { limit: "usd/day", retryAfterSeconds: 1 } },
  },
])("$fact", ({ limits, before, last: [atMs, need], refusal }) => {
  const { admit } = open(limits);
  for (const [beforeMs, beforeNeed] of before) admit(beforeNeed, now + beforeMs);
  expect(refusalOf(() => admit(need, now + atMs))).toEqual(refusal);
});

test("what was not used is given back, and what was used stays until its day or month (UTC) is over", () => {
  const { book, admit } = open({
    budgets: [
      { period: "day", unit: "usd", amount: 1 },
      { period: "month", unit: "gpu-seconds", amount: 60 },
    ],
  });
  const admission = admit({ ...dollars(0.75), gpuSecondsAtMost: 50 });
  const [day, month] = [Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 1)];
  expect(book.budgets("k", now)).toEqual([
    { period: "day", unit: "usd", amount: 1, spent: 0, reserved: 0.75, resetsAt: day },
    { period: "month", unit: "gpu-seconds", amount: 60, spent: 0, reserved: 50, resetsAt: month },
  ]);
  admission.settle({ tokens: 5, costUsd: 0.25, gpuSeconds: 1.5 }, now + 1000);
  expect(book.budgets("k", now)).toMatchObject([
    { spent: 0.25, reserved: 0 },
    { spent: 1.5, reserved: 0 },
  ]);
  const used = refusalOf(() => admit(dollars(0.8)));
  expect(used).toEqual({
    code: "budget_exceeded",
    details: { limit: "usd/day", retryAfterSeconds: 43_200 },
  });
  expect(book.budgets("k", day)).toMatchObject([{ spent: 0 }, { spent: 0, resetsAt: Date.UTC(2026, 2, 1) }]);
  expect(refusalOf(() => admit(dollars(1), day))).toBeUndefined();
});

test("what began yesterday is counted yesterday, and stays reserved until it is settled", () => {
  const { book, admit } = open({ budgets: [{ period: "day", unit: "tokens", amount: 10 }] });
  const admission = admit(tokens(10));
  const tomorrow = now + 86_400_000;
  expect(refusalOf(() => admit(tokens(1), tomorrow))).toMatchObject({ code: "budget_exceeded" });
  admission.settle({ ...unused, tokens: 10 }, tomorrow);
  expect(book.budgets("k", tomorrow)).toMatchObject([{ spent: 0, reserved: 0 }]);
});

test("tokens that were not used are free in the same minute", () => {
  const { admit } = open({ tokensPerMinute: 100 });
  admit(tokens(100)).settle({ ...unused, tokens: 30 }, now);
  expect(refusalOf(() => admit(tokens(71)))).toMatchObject({ details: { retryAfterSeconds: 61 } });
  expect(refusalOf(() => admit(tokens(70)))).toBeUndefined();
});

test("an answer tells what is left; without such limits it tells nothing", () => {
  const { admit } = open({ requestsPerMinute: 3, tokensPerMinute: 100, parallel: 5 });
  admit(tokens(10));
  expect(admit(tokens(20)).headers).toEqual([
    "x-ratelimit-limit-requests",
    "3",
    "x-ratelimit-remaining-requests",
    "1",
    "x-ratelimit-reset-requests",
    "61s",
    "x-ratelimit-limit-tokens",
    "100",
    "x-ratelimit-remaining-tokens",
    "70",
    "x-ratelimit-reset-tokens",
    "61s",
  ]);
  expect(open({ parallel: 5 }).admit(nothing).headers).toEqual([]);
});

test("a key without limits is always admitted, with one and the same admission", () => {
  const book = new LimitBook();
  const [first, second] = [1, 2].map(() => admitted(book.admit(holder({}), tokens(1e9), now)));
  first?.settle(unused, now);
  expect(first).toBe(second);
});

test("what the ledger knows is taken over at the start", () => {
  const { book, admit } = open({ budgets: [{ period: "month", unit: "usd", amount: 10 }] });
  book.setSpent("k", { period: "month", unit: "usd" }, 9.5);
  book.setSpent("nobody", { period: "month", unit: "usd" }, 9.5);
  expect(refusalOf(() => admit(dollars(0.6)))).toMatchObject({ code: "budget_exceeded" });
  expect(refusalOf(() => admit(dollars(0.5)))).toBeUndefined();
});

test("new limits hold at once, for what is already counted too", () => {
  const { book, admit } = open({ parallel: 9 });
  admit(tokens(5)).settle({ ...unused, tokens: 5 }, now);
  const limits: KeyLimits = { parallel: 9, budgets: [{ period: "day", unit: "tokens", amount: 9 }] };
  book.setLimits("k", limits, now);
  expect(refusalOf(() => admit(tokens(5)))).toMatchObject({ code: "budget_exceeded" });
});

test("a slot that is given to another key knows nothing of the one before, nor is it settled on", () => {
  const book = new LimitBook(makeBookMemory(1, 1));
  const limits = { parallel: 1 };
  book.setLimits("a", limits, now);
  const late = admitted(book.admit(holder(limits, "a"), nothing, now));
  expect(refusalOf(() => book.setLimits("b", limits, now))).toMatchObject({ code: "unprocessable" });
  book.remove("a");
  book.setLimits("b", limits, now);
  admitted(book.admit(holder(limits, "b"), nothing, now));
  late.settle(unused, now);
  expect(refusalOf(() => admitted(book.admit(holder(limits, "b"), nothing, now)))).toMatchObject({
    code: "rate_limited",
  });
});

test("nothing is settled twice", () => {
  const admission = open({ parallel: 1 }).admit(nothing);
  admission.settle(unused, now);
  expect(() => admission.settle(unused, now)).toThrow("settled twice");
});

test("a clock set back by hours bars nobody, and gives no budget back", () => {
  const { admit } = open({
    requestsPerMinute: 1,
    budgets: [{ period: "day", unit: "tokens", amount: 10 }],
  });
  admit(tokens(6)).settle({ ...unused, tokens: 6 }, now);
  const yesterday = now - 86_400_000;
  expect(refusalOf(() => admit(tokens(5), yesterday))).toMatchObject({ code: "budget_exceeded" });
  expect(refusalOf(() => admit(tokens(4), yesterday))).toBeUndefined();
});

type Step =
  | { readonly kind: "admit"; readonly afterMs: number; readonly need: number }
  | { readonly kind: "settle"; readonly which: number; readonly share: number };

const steps = fc.array(
  fc.oneof(
    fc.record<Step & { kind: "admit" }>({
      kind: fc.constant("admit"),
      afterMs: fc.oneof(fc.constant(0), fc.nat(3_000), fc.nat(50_000_000)),
      need: fc.nat(60),
    }),
    fc.record<Step & { kind: "settle" }>({
      kind: fc.constant("settle"),
      which: fc.nat(50),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ),
  { maxLength: 80 },
);

test("whatever is admitted and settled in whatever order, no limit is ever passed", () => {
  const most = { requests: 5, tokens: 100, parallel: 3, dayTokens: 150, monthUsd: 0.4 };
  const budgets: Budget[] = [
    { period: "day", unit: "tokens", amount: most.dayTokens },
    { period: "month", unit: "usd", amount: most.monthUsd },
  ];
  fc.assert(
    fc.property(steps, (given) => {
      const { book, admit } = open({
        requestsPerMinute: most.requests,
        tokensPerMinute: most.tokens,
        parallel: most.parallel,
        budgets,
      });
      let atMs = now;
      const begun: { atMs: number; used: number; admission: Admission | undefined }[] = [];
      for (const step of given) {
        if (step.kind === "admit") {
          atMs += step.afterMs;
          const need = { ...tokens(step.need), costAtMostUsd: step.need / 1000 };
          // a refused one must leave no trace
          let admission: Admission | undefined;
          if (refusalOf(() => (admission = admit(need, atMs))) === undefined)
            begun.push({ atMs, used: step.need, admission });
        } else {
          const open = begun.filter(({ admission }) => admission !== undefined);
          const request = open[step.which % Math.max(1, open.length)];
          if (request === undefined) continue;
          request.used = Math.floor(request.used * step.share);
          request.admission?.settle(
            { tokens: request.used, costUsd: request.used / 1000, gpuSeconds: 0 },
            atMs,
          );
          request.admission = undefined;
        }
        const since = (ms: number) => begun.filter((request) => request.atMs >= ms);
        const sum = (requests: typeof begun) => requests.reduce((total, { used }) => total + used, 0);
        const minute = begun.filter((request) => request.atMs > atMs - 60_000);
        const under = begun.filter(({ admission }) => admission !== undefined);
        expect(minute.length).toBeLessThanOrEqual(most.requests);
        expect(sum(minute)).toBeLessThanOrEqual(most.tokens);
        expect(under.length).toBeLessThanOrEqual(most.parallel);
        const today = since(Math.floor(atMs / 86_400_000) * 86_400_000);
        expect(sum(today)).toBeLessThanOrEqual(most.dayTokens);
        const date = new Date(atMs);
        const month = since(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
        expect(sum(month) / 1000).toBeLessThanOrEqual(most.monthUsd + 1e-9);
        const settledToday = sum(today) - sum(today.filter(({ admission }) => admission !== undefined));
        expect(book.budgets("k", atMs)).toMatchObject([{ spent: settledToday, reserved: sum(under) }, {}]);
      }
    }),
    { numRuns: 200 },
  );
});

test("a request that runs on reserves more GPU time, as long as each budget has some", () => {
  const { book, admit } = open({
    budgets: [
      { period: "day", unit: "gpu-seconds", amount: 100 },
      { period: "month", unit: "gpu-seconds", amount: 1000 },
    ],
  });
  const [first, second] = [
    admit({ ...nothing, gpuSecondsAtMost: 10 }),
    admit({ ...nothing, gpuSecondsAtMost: 30 }),
  ];
  expect([5, 10, 70].map((seconds) => first.covers(seconds))).toEqual([true, true, true]);
  expect(book.budgets("k", now)[0]?.reserved).toBe(100);
  expect([first.covers(70.001), second.covers(30.001), second.covers(30)]).toEqual([false, false, true]);
  first.settle({ ...unused, gpuSeconds: 70.1 }, now);
  expect(second.covers(29)).toBe(true);
  second.settle({ ...unused, gpuSeconds: 20 }, now);
  expect(book.budgets("k", now)[0]).toMatchObject({ spent: 90.1, reserved: 0 });
});

test("what a thread that has died had under way is given back, and nothing of the others' or of another key", () => {
  const memory = makeBookMemory(2);
  const [own, dying] = [new LimitBook(memory, 0), new LimitBook(memory, 1)];
  const limits: KeyLimits = {
    parallel: 3,
    budgets: [
      { period: "day", unit: "tokens", amount: 100 },
      { period: "day", unit: "gpu-seconds", amount: 100 },
    ],
  };
  const holder = (keyId: string) => ({ keyId, scopes: [], models: null, limits, logBodies: false });
  const need = { tokensAtMost: 10, costAtMostUsd: 0, gpuSecondsAtMost: 0 };
  const now = Date.UTC(2026, 0, 1);
  dying.know("gone", own.setLimits("gone", limits, now));
  admitted(dying.admit(holder("gone"), need, now));
  own.remove("gone");
  // in the same place
  dying.know("k", own.setLimits("k", limits, now));
  const mine = admitted(own.admit(holder("k"), need, now));
  const settled = admitted(dying.admit(holder("k"), { ...need, gpuSecondsAtMost: 1 }, now));
  settled.settle({ tokens: 4, costUsd: 0, gpuSeconds: 0 }, now);
  for (const _ of [1, 2]) admitted(dying.admit(holder("k"), need, now)).covers(7);
  expect(own.budgets("k", now)).toMatchObject([{ reserved: 30 }, { reserved: 14 }]);
  own.giveBack(1);
  expect(own.budgets("k", now)).toMatchObject([{ spent: 4, reserved: 10 }, { reserved: 0 }]);
  mine.settle({ tokens: 10, costUsd: 0, gpuSeconds: 0 }, now);
  expect(own.budgets("k", now)).toMatchObject([{ spent: 14, reserved: 0 }, { reserved: 0 }]);
});
