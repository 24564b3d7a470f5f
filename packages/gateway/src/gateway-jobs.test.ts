import { notBegunHeader } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatEvents, eventStreamHead, json, type Script } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { endpointNames, replica } from "./endpoint-rig.ts";
import { call, eventually, keys, startRig, type Called, type Rig } from "./gateway-rig.ts";
import { LimitBook } from "./key-limits/limit-book.ts";
import { unbounded, type Principal, type ServiceUpstream } from "./ports.ts";

const hourMs = 3_600_000;
const job = { mayTakeMs: 2 * hourMs };
const path = "/e/ada/chat/predict";
const ada: Principal = { keyId: "ada", scopes: ["inference"], models: null, owner: "ada", ...unbounded };

function show(rig: Rig, ...replicas: readonly ServiceUpstream[]): void {
  rig.routes.change(endpointNames([{ replicas }]));
}

/** What came of a call: its status, the code of its error, and whether somebody may have begun to work on it. */
function endOf({ status, text, headers }: Called): readonly unknown[] {
  const { error } = JSON.parse(text) as { error?: { code?: string } };
  return [status, error?.code, headers[notBegunHeader] === undefined];
}

describe("a job's call may be silent for as long as it may take", () => {
  test.each<[string, string, (until: Promise<unknown>) => Script]>([
    ["before it answers", path, (until) => [{ do: "wait", for: until }, ...json({ ok: true })]],
    [
      "amid its answer",
      "/e/ada/chat/v1/chat/completions",
      (until) => [
        eventStreamHead,
        { do: "write", bytes: chatEvents(["a"])[0] ?? "" },
        { do: "wait", for: until },
        ...chatEvents(["a"])
          .slice(1)
          .map((bytes) => ({ do: "write", bytes }) as const),
        { do: "end" },
      ],
    ],
  ])("%s", async (_fact, at, script) => {
    const waited = Promise.withResolvers<void>();
    const clock = new FakeClock();
    await using server = await startFakeModelServer({ script: () => script(waited.promise) });
    await using rig = await startRig({ job, clock, limits: { tickMs: 60_000 } });
    show(rig, replica("a", server.url));
    let pieces = 0;
    const body = { model: "chat", messages: [], stream: true };
    const called = call(rig.port, { key: keys.ada, path: at, body, onPiece: () => (pieces += 1) });
    await eventually(() => server.received.length === 1, "it is asked");
    if (at !== path) await eventually(() => pieces > 0, "it has begun");
    await clock.advance(hourMs);
    waited.resolve();
    expect(await called).toMatchObject({ status: 200, complete: true });
  });

  test("and no longer", async () => {
    const clock = new FakeClock();
    await using server = await startFakeModelServer({ script: () => [{ do: "stall" }] });
    await using rig = await startRig({ job, clock, limits: { tickMs: 60_000 } });
    show(rig, replica("a", server.url));
    const called = call(rig.port, { key: keys.ada, path, body: {} });
    await eventually(() => server.received.length === 1, "it is asked");
    await clock.advance(job.mayTakeMs + 120_000);
    expect(endOf(await called)).toEqual([504, "upstream_timeout", true]);
  });
});

describe("whoever calls a job is told that nobody has begun to work on it", () => {
  test("where no replica is ready: it is not held, and one is started", async () => {
    await using rig = await startRig({ job });
    show(rig);
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual([
      503,
      "service_unavailable",
      false,
    ]);
    expect(rig.woken).toContain("ep-1");
  });

  test("where its key may not call at the moment", async () => {
    const limits = { requestsPerMinute: 1 };
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    const keyLimits = new LimitBook();
    keyLimits.setLimits("ada", limits, Date.now());
    await using rig = await startRig({ job, principal: { ...ada, limits }, keyLimits });
    show(rig, replica("a", server.url));
    expect((await call(rig.port, { path, body: {} })).status).toBe(200);
    const refused = await call(rig.port, { path, body: {} });
    expect(endOf(refused)).toEqual([429, "rate_limited", false]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(server.received).toHaveLength(1);
  });

  test("where its replica cannot be reached, though it was thought to be ready", async () => {
    await using rig = await startRig({ job });
    show(rig, replica("a", "http://127.0.0.1:1"));
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual([
      502,
      "upstream_failed",
      false,
    ]);
    expect(rig.woken).toContain("a");
  });

  test("where a replica's runner says so", async () => {
    const told = { error: { message: "gone", code: "engine_died" } };
    await using server = await startFakeModelServer({
      script: () => json(told, 502, { [notBegunHeader]: "true" }),
    });
    await using rig = await startRig({ job });
    show(rig, replica("a", server.url));
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual([
      502,
      "engine_died",
      false,
    ]);
  });

  test("and nobody else is told", async () => {
    await using rig = await startRig();
    show(rig, replica("a", "http://127.0.0.1:1"));
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual([
      502,
      "upstream_failed",
      true,
    ]);
  });
});

describe("a job's call is counted of its endpoint", () => {
  test("once somebody has begun to work on it", async () => {
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig({ job });
    show(rig, replica("a", server.url));
    await call(rig.port, { key: keys.ada, path, body: {} });
    expect(rig.gateway.traffic.loads.get("ep-1")).toEqual({ arrived: 1, finished: 1, held: 0 });
  });

  test.each([
    ["no replica is ready", []],
    ["none can be reached", [replica("a", "http://127.0.0.1:1")]],
  ])("and not where %s: it comes again", async (_fact, replicas) => {
    await using rig = await startRig({ job });
    show(rig, ...replicas);
    await call(rig.port, { key: keys.ada, path, body: {} });
    expect(rig.gateway.traffic.loads.get("ep-1")).toBeUndefined();
  });
});

describe("a job's call goes", () => {
  test("to another replica, where the first one cannot be reached", async () => {
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig({ job });
    show(rig, replica("a", "http://127.0.0.1:1"), replica("b", server.url));
    expect((await call(rig.port, { key: keys.ada, path, body: {} })).status).toBe(200);
  });

  test.each<[string, Script, readonly unknown[]]>([
    ["dies with it", [{ do: "reset" }], [502, "upstream_failed", true]],
    ["is busy", json({ error: { code: "busy", message: "no" } }, 503), [503, "busy", true]],
  ])("to one alone that %s: each attempt is one call", async (_fact, script, end) => {
    await using one = await startFakeModelServer({ script: () => script });
    await using rig = await startRig({ job });
    show(rig, replica("a", one.url), replica("b", one.url));
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual(end);
    expect(one.received).toHaveLength(1);
    expect(rig.gateway.held).toBe(0);
  });

  test("by a connection of its own: one that breaks may have carried it", async () => {
    let calls = 0;
    await using server = await startFakeModelServer({
      script: () => ((calls += 1) === 1 ? json({ ok: true }) : [{ do: "close" }]),
    });
    await using rig = await startRig({ job });
    show(rig, replica("a", server.url));
    expect((await call(rig.port, { key: keys.ada, path, body: {} })).status).toBe(200);
    expect(endOf(await call(rig.port, { key: keys.ada, path, body: {} }))).toEqual([
      502,
      "upstream_failed",
      true,
    ]);
    expect(calls).toBe(2);
  });
});

test("an endpoint that is not known yet is waited for, and nobody has begun; to callers it is not there", async () => {
  await using rig = await startRig({ job });
  const called = await call(rig.port, { key: keys.ada, path, body: {} });
  expect(endOf(called)).toEqual([503, "service_unavailable", false]);
  await using plain = await startRig();
  expect((await call(plain.port, { key: keys.ada, path, body: {} })).status).toBe(404);
});
