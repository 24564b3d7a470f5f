import type { UsageRow } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import type { RequestFilter, UsageQuery, UsageStore } from "@berth/store";
import { expect, test } from "vitest";
import { Usage } from "./usage.ts";

const row: UsageRow = {
  group: "k1",
  requests: 1,
  errors: 0,
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  gpuSeconds: 0,
  firstTokenP50Ms: null,
  firstTokenP99Ms: null,
  durationP50Ms: null,
  durationP99Ms: null,
};

function world() {
  const clock = new FakeClock();
  const grouped: UsageQuery[] = [];
  const listed: RequestFilter[] = [];
  const store: UsageStore = {
    append: () => {},
    groupUsage: async (query) => {
      grouped.push(query);
      return [row, { ...row, group: "gone" }];
    },
    listRequests: async (filter) => {
      listed.push(filter);
      return { records: [], next: "5-6" };
    },
    getRequest: async () => undefined,
    purge: async () => {},
  };
  const keys = {
    idOf: (reference: string) => (reference === "lab" ? "k1" : reference),
    nameOf: (id: string) => (id === "k1" ? "lab" : id),
  };
  return { clock, grouped, listed, usage: new Usage({ store, keys, clock }) };
}

test("keys are told by name, and asked for by name or id; a key that is gone by its id", async () => {
  const { usage, grouped, clock } = world();
  const rows = await usage.group({ by: "key", key: "lab", provider: "acme", route: "chat" });
  expect(rows.map(({ group }) => group)).toEqual(["lab", "gone"]);
  expect(grouped).toEqual([
    {
      by: "key",
      fromMs: clock.now() - 86_400_000,
      toMs: clock.now(),
      keyId: "k1",
      provider: "acme",
      route: "chat",
    },
  ]);
});

test("a page is asked for as it was said", async () => {
  const { usage, listed } = world();
  expect(await usage.list({ key: "lab", outcome: "error", from: 1, to: 2, limit: 5, cursor: "9-9" })).toEqual(
    {
      data: [],
      next: "5-6",
    },
  );
  expect(listed).toEqual([{ keyId: "k1", outcome: "error", fromMs: 1, toMs: 2, limit: 5, cursor: "9-9" }]);
});

test.each([
  ["usage", (usage: Usage) => usage.group({ by: "model", from: 2, to: 1 }), "invalid_request"],
  ["requests", (usage: Usage) => usage.list({ from: 2, to: 1, limit: 1 }), "invalid_request"],
  ["a request that is not there", (usage: Usage) => usage.get("x"), "not_found"],
])("%s: refused", async (_what, ask, code) => {
  await expect(ask(world().usage)).rejects.toMatchObject({ code });
});
