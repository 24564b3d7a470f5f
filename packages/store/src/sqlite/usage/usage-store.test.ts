import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ledgerEntry } from "../../testing/rows.ts";
import { temporaryUsage } from "../../testing/temporary-usage.ts";
import type { RequestFilter } from "../../store.ts";
import { checkUsageFile } from "../check.ts";
import { openUsageStore } from "./open-usage.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** Half past ten on some day, UTC. */
const noon = Date.UTC(2026, 5, 15, 10, 30);

test("what was handed over is read back whole, at once and after a restart", async () => {
  await using given = await temporaryUsage();
  const { record } = ledgerEntry({
    id: "a",
    costUsd: 0.00123,
    provider: "acme",
    serviceId: null,
    stream: false,
  });
  given.usage.append([{ record, bodies: { request: '{"é":1}', response: "hi" } }]);
  const stored = { ...record, hasBodies: true, request: '{"é":1}', response: "hi" };
  expect(await given.usage.getRequest("a")).toEqual(stored);
  await given.usage.close();
  const again = await openUsageStore({ path: given.path, onLost: () => {} });
  expect(await again.getRequest("a")).toEqual(stored);
  expect(await again.getRequest("b")).toBeUndefined();
  await again.close();
  expect((await stat(given.path)).mode & 0o777).toBe(0o600);
  expect(given.lost).toEqual([]);
});

test("a request does not hide another whose id its caller chose too", async () => {
  await using given = await temporaryUsage();
  const bodies = { request: "q", response: "a" };
  given.usage.append([
    ledgerEntry({ id: "a", model: "one" }, bodies),
    ledgerEntry({ id: "a", model: "two" }),
  ]);
  given.usage.append([ledgerEntry({ id: "a", model: "three" })]);
  const { records } = await given.usage.listRequests({ limit: 10 });
  expect(records.map(({ id, model }) => [id, model])).toEqual([
    ["a~3", "three"],
    ["a~2", "two"],
    ["a", "one"],
  ]);
  for (const record of records) expect(await given.usage.getRequest(record.id)).toMatchObject(record);
});

const some = [
  ledgerEntry({ id: "1", startedAt: noon, durationMs: 100 }),
  ledgerEntry({ id: "2", startedAt: noon + 10, durationMs: 10, keyId: "k2", outcome: "error", status: 502 }),
  ledgerEntry({ id: "3", startedAt: noon + 500, durationMs: 1, model: "m2", provider: "acme", route: "r" }),
  ledgerEntry({ id: "4", startedAt: noon + 500, durationMs: 1, outcome: "client_closed" }),
];

const listed = temporaryUsage();
beforeAll(async () => (await listed).usage.append(some));
afterAll(async () => (await listed)[Symbol.asyncDispose]());

test.each<[fact: string, filter: Omit<RequestFilter, "limit">, ids: string[]]>([
  ["all, what ended last first", {}, ["4", "3", "1", "2"]],
  ["those of a key", { keyId: "k2" }, ["2"]],
  ["those of a model", { model: "m2" }, ["3"]],
  ["those of a provider", { provider: "acme" }, ["3"]],
  ["those of a route", { route: "r" }, ["3"]],
  ["those that failed", { outcome: "error" }, ["2"]],
  ["those whose client left", { outcome: "client_closed" }, ["4"]],
  ["those that ended from a time on", { fromMs: noon + 100 }, ["4", "3", "1"]],
  ["those that ended before a time", { toMs: noon + 100 }, ["2"]],
  ["none", { keyId: "k2", model: "m2" }, []],
])("%s are listed, on one page or on many", async (_fact, filter, ids) => {
  const given = await listed;
  const whole = await given.usage.listRequests({ ...filter, limit: 10 });
  expect(whole.records.map(({ id }) => id)).toEqual(ids);
  expect(whole.next).toBeNull();
  const paged: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await given.usage.listRequests({ ...filter, limit: 1, cursor });
    paged.push(...page.records.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(paged).toEqual(ids);
});

test("a cursor that is none is refused", async () => {
  await using given = await temporaryUsage();
  await expect(given.usage.listRequests({ limit: 1, cursor: "1; drop" })).rejects.toMatchObject({
    code: "invalid_request",
    param: "cursor",
  });
});

test("usage is added up by each of its sides", async () => {
  await using given = await temporaryUsage();
  const priced = { costUsd: 0.25, gpuSeconds: 2, firstTokenMs: 100, durationMs: 1000 };
  given.usage.append([
    ledgerEntry({ startedAt: noon - 2 * day, ...priced }),
    ledgerEntry({ startedAt: noon - day, model: "m2", provider: "acme", ...priced }),
  ]);
  given.usage.append([
    ledgerEntry({ startedAt: noon, keyId: "k2", outcome: "error", ...priced, firstTokenMs: null }),
    ledgerEntry({ startedAt: noon, route: "r", reasoningTokens: 7, ...priced }),
    ledgerEntry({ startedAt: noon + hour, ...priced }),
  ]);
  const group = async (by: Parameters<typeof given.usage.groupUsage>[0]["by"], more = {}) =>
    (await given.usage.groupUsage({ by, fromMs: noon - 2 * day, toMs: noon + 1, ...more })).map((row) => [
      row.group,
      row.requests,
    ]);
  const today = noon - (noon % day);
  const thisHour = noon - (noon % hour);
  expect(await group("model")).toEqual([
    ["m2", 1],
    ["pilot", 2],
    ["r", 1],
  ]);
  expect(await group("key")).toEqual([
    ["k2", 1],
    ["key1", 3],
  ]);
  expect(await group("provider")).toEqual([
    ["", 3],
    ["acme", 1],
  ]);
  expect(await group("route")).toEqual([
    ["", 3],
    ["r", 1],
  ]);
  expect(await group("day")).toEqual([
    [today - 2 * day, 1],
    [today - day, 1],
    [today, 2],
  ]);
  expect(await group("hour")).toEqual([
    [thisHour - 2 * day, 1],
    [thisHour - day, 1],
    [thisHour, 2],
  ]);
  expect(await group("model", { keyId: "key1", model: "pilot" })).toEqual([["pilot", 1]]);
  expect(await group("day", { provider: "acme" })).toEqual([[today - day, 1]]);
  expect(await group("hour", { route: "r", provider: "acme" })).toEqual([]);
  expect(await group("hour", { route: "r", model: "r" })).toEqual([[thisHour, 1]]);
  expect(await group("model", { fromMs: noon + 10 * day, toMs: noon + 11 * day })).toEqual([]);
  expect(await group("model", { fromMs: noon, toMs: noon })).toEqual([
    ["pilot", 1],
    ["r", 1],
  ]);
  const [, answered] = await given.usage.groupUsage({ by: "route", fromMs: noon, toMs: noon + 1 });
  expect(answered).toMatchObject({ group: "r", errors: 0, reasoningTokens: 7 });
  expect(answered?.durationP99Ms).toBeCloseTo(1000, -2);
  const [failed] = await given.usage.groupUsage({ by: "route", fromMs: noon, toMs: noon + 1 });
  expect(failed).toEqual({
    group: "",
    requests: 1,
    errors: 1,
    inputTokens: 10,
    outputTokens: 20,
    cachedTokens: 4,
    reasoningTokens: 0,
    costUsd: 0.25,
    gpuSeconds: 2,
    firstTokenP50Ms: null,
    firstTokenP99Ms: null,
    durationP50Ms: null,
    durationP99Ms: null,
  });
});

test("what is old is forgotten: bodies first, then requests, and sums last", async () => {
  await using given = await temporaryUsage();
  const bodies = { request: "q", response: "a" };
  const entries = Array.from({ length: 1200 }, (_, index) =>
    ledgerEntry({ id: `${index}`, startedAt: index < 1100 ? noon : noon + day, durationMs: 0 }, bodies),
  );
  given.usage.append(entries);
  const horizon = { requestsMs: 0, bodiesMs: noon + 1, totalsMs: 0 };
  await given.usage.purge(horizon);
  expect(await given.usage.getRequest("0")).toMatchObject({ hasBodies: false, request: null });
  expect(await given.usage.getRequest("1100")).toMatchObject({ hasBodies: true });
  await given.usage.purge({ ...horizon, requestsMs: noon + 1 });
  expect((await given.usage.listRequests({ limit: 2000 })).records).toHaveLength(100);
  const total = async () =>
    (await given.usage.groupUsage({ by: "day", fromMs: noon, toMs: noon + 2 * day })).map(
      (row) => row.requests,
    );
  expect(await total()).toEqual([1100, 100]);
  await given.usage.purge({ ...horizon, requestsMs: noon + 1, totalsMs: noon + 1 });
  expect(await total()).toEqual([100]);
});

test("when they come faster than they can be written, some are lost, and that is told", async () => {
  await using given = await temporaryUsage();
  const entries = Array.from({ length: 20_100 }, (_, index) => ledgerEntry({ id: `${index}` }));
  given.usage.append(entries);
  const large = "x".repeat(30 * 1024 * 1024);
  await given.usage.getRequest("0");
  for (const id of ["a", "b", "c"])
    given.usage.append([ledgerEntry({ id }, { request: large, response: "" })]);
  expect(await given.usage.getRequest("c")).toBeUndefined();
  expect((await given.usage.getRequest("b"))?.request).toHaveLength(1024 * 1024);
  expect(given.lost.map(([count]) => count)).toEqual([100, 1]);
});

test("long names count as bodies do, and cannot fill the memory", async () => {
  await using given = await temporaryUsage();
  const model = "m".repeat(30 * 1024 * 1024);
  given.usage.append(["a", "b", "c"].map((id) => ledgerEntry({ id, model })));
  expect(await given.usage.getRequest("c")).toBeUndefined();
  expect(given.lost).toEqual([[1, "they came faster than the disk takes them"]]);
});

test("requests that cannot be handed over are lost, and the process lives", async () => {
  await using given = await temporaryUsage();
  given.usage.append([ledgerEntry({ id: "a", tries: 1n as unknown as number })]);
  expect(await given.usage.getRequest("a")).toBeUndefined();
  given.usage.append([ledgerEntry({ id: "b" })]);
  expect(await given.usage.getRequest("b")).toMatchObject({ id: "b" });
  expect(given.lost).toEqual([[1, expect.stringContaining("cannot be handed over")]]);
});

test("names that callers make up are one row in the sums", async () => {
  await using given = await temporaryUsage();
  const unknown = { errorCode: "model_not_found", outcome: "error", upstreamModel: null } as const;
  const passed = { operation: "passthrough", provider: "acme", upstreamModel: null };
  const refused = { errorCode: "rate_limited", outcome: "error", upstreamModel: null } as const;
  given.usage.append([
    ...["y1", "y2", "gpt-1"].map((model) => ledgerEntry({ model, startedAt: noon, route: "rest" })),
    ...["gpt-1", "gpt-2"].map((model) =>
      ledgerEntry({ model, startedAt: noon, route: "gpt-.*", ...refused }),
    ),
    ledgerEntry({ model: "pilot", startedAt: noon, route: "pilot" }),
    ...["x1", "x2", "x3"].map((model) => ledgerEntry({ model, startedAt: noon, ...unknown })),
    ...["a", "b"].map((id) => ledgerEntry({ model: `acme/v1/files/${id}`, startedAt: noon, ...passed })),
  ]);
  const rows = await given.usage.groupUsage({ by: "model", fromMs: noon, toMs: noon + 1 });
  expect(rows.map(({ group, requests }) => [group, requests])).toEqual([
    ["", 3],
    ["acme", 2],
    ["gpt-.*", 2],
    ["pilot", 1],
    ["rest", 3],
  ]);
  const { records } = await given.usage.listRequests({ model: "gpt-1", limit: 10 });
  expect(records.map(({ model, route }) => [model, route])).toEqual([
    ["gpt-1", "gpt-.*"],
    ["gpt-1", "rest"],
  ]);
});

test("a request that cannot be written takes no other with it", async () => {
  await using given = await temporaryUsage();
  given.usage.append([
    ledgerEntry({ id: "a" }),
    ledgerEntry({ id: "b", durationMs: NaN }),
    ledgerEntry({ id: "c" }),
  ]);
  expect((await given.usage.listRequests({ limit: 10 })).records.map(({ id }) => id)).toEqual(["c", "a"]);
  expect(given.lost).toEqual([[1, expect.stringContaining("NOT NULL")]]);
});

test("a copy made while it is written is whole; damage is found", async () => {
  await using given = await temporaryUsage();
  given.usage.append([ledgerEntry({ id: "a" })]);
  const copy = join(dirname(given.path), "copy.db");
  expect((await given.usage.backup(copy)).sizeBytes).toBeGreaterThan(0);
  expect(await given.usage.check()).toEqual([]);
  const database = new Database(copy);
  expect(database.prepare("select id from requests").pluck().all()).toEqual(["a"]);
  database.pragma("writable_schema = on");
  database.exec("delete from requests");
  database.close();
  expect(await checkUsageFile(copy)).toEqual([]);
  expect(await checkUsageFile(join(dirname(given.path), "none.db"))).toEqual([]);
});
