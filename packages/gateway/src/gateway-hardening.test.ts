import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatEvents,
  chatReply,
  done,
  event,
  eventStreamHead,
  json,
  usageChunk,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, provider, startRig, starting, upstream } from "./gateway-rig.ts";
import { LimitBook } from "./key-limits/limit-book.ts";
import type { Principal } from "./ports.ts";
import { Breakers } from "./routing/breakers.ts";

const chat = { model: "chat", messages: [{ role: "user", content: "Hi" }] };
const reset: Step = { do: "reset" };
const failing = json({ error: { message: "oops" } }, 500);

/** Facts that were once otherwise. */
describe("paths that nobody here knows", () => {
  const limited: Principal = {
    keyId: "limited",
    scopes: ["inference"],
    models: null,
    limits: { requestsPerMinute: 2 },
    logBodies: false,
  };

  test.for(["/v1/../key/generate", "/v1//chat/completions", "/v1/chat/%63ompletions", "/v1/..%2fadmin"])(
    "%s goes to no provider",
    async (path) => {
      await using server = await startFakeModelServer({ script: () => json({}) });
      await using rig = await startRig();
      rig.routes.change({ anyPath: provider({ url: server.url }).target });
      expect((await call(rig.port, { path, body: {} })).status).toBe(400);
      expect(server.received).toHaveLength(0);
    },
  );

  test("are a user's own server's business on its own port", async () => {
    await using server = await startFakeModelServer({ script: () => json({}) });
    const own = upstream({ url: server.url, anyPath: true });
    await using rig = await startRig({ upstreams: [own], servicePort: 8080 });
    rig.routes.set([own], new Map([[8080, own]]));
    expect((await call(rig.port, { path: "/files//a%7Eb" })).status).toBe(200);
    expect(server.received[0]?.url).toBe("/files//a%7Eb");
  });

  test("count against a key's limits, are in the ledger with who answered, and are not for keys with a money budget", async () => {
    await using server = await startFakeModelServer({ script: () => json({}) });
    const book = new LimitBook();
    book.setLimits("limited", limited.limits, Date.now());
    await using rig = await startRig({ principal: limited, keyLimits: book });
    rig.routes.change({ anyPath: provider({ url: server.url }).target });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1)
      statuses.push((await call(rig.port, { path: "/v1/images/edits", body: {} })).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await eventually(() => rig.usage[0], "it is recorded")).toMatchObject({
      provider: "acme",
      tries: 1,
    });
    const budget = { period: "day", unit: "usd", amount: 1 } as const;
    await using poor = await startRig({
      principal: { ...limited, limits: { budgets: [budget] } },
      keyLimits: book,
    });
    poor.routes.change({ anyPath: provider({ url: server.url }).target });
    expect((await call(poor.port, { path: "/v1/files" })).status).toBe(403);
  });
});

test("a long error that repeats our credential is neither passed on nor the end", async () => {
  const script = json({ error: { message: `bad upstream-secret ${"x".repeat(400_000)}` } }, 401);
  await using first = await startFakeModelServer({ script: () => script });
  await using second = await startFakeModelServer();
  await using rig = await startRig();
  const one = provider({ id: "one/a", url: first.url });
  rig.routes.route("chat", [one, provider({ id: "two/b", url: second.url })]);
  expect((await call(rig.port, { body: chat })).status).toBe(200);
  rig.routes.route("chat", [one]);
  const called = await call(rig.port, { body: chat });
  expect(called.status).toBe(502);
  expect(called.text).not.toContain("upstream-secret");
});

test("a credential is taken out of an error's headers, and in each of its forms", async () => {
  const pair = Buffer.from("admin:open-sesame").toString("base64");
  const script = json({ error: { message: `Basic ${pair}` } }, 402, { "x-debug": "open-sesame" });
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig();
  const auth = { kind: "login", user: "admin", password: "open-sesame" } as const;
  rig.routes.route("chat", [provider({ url: server.url, target: { auth } })]);
  const called = await call(rig.port, { body: chat });
  expect(called.status).toBe(402);
  expect(called.text + JSON.stringify(called.headers)).not.toMatch(new RegExp(`open-sesame|${pair}`));
});

test("kept connections that have gone stale are nobody's failure, however many there are", async () => {
  const free = Promise.withResolvers<void>();
  let isStale = false;
  await using server = await startFakeModelServer({
    script: (_request, index) =>
      index < 3
        ? [{ do: "wait", for: free.promise }, ...chatReply("Hi")]
        : isStale && index < 4
          ? [reset]
          : chatReply("Hi"),
  });
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url, anyPath: true })],
    servicePort: 8080,
  });
  rig.routes.set(
    [upstream({ url: server.url, anyPath: true })],
    new Map([[8080, upstream({ url: server.url, anyPath: true })]]),
  );
  const body = { ...chat, model: "pilot" };
  const calls = [1, 2, 3].map(() => call(rig.port, { body }));
  await eventually(() => server.received.length === 3, "three are asked");
  free.resolve();
  await Promise.all(calls);
  isStale = true;
  expect((await call(rig.port, { body })).status).toBe(200);
  expect(await eventually(() => rig.usage[3], "it is recorded")).toMatchObject({ tries: 1, outcome: "ok" });
});

describe("an upstream that fails", () => {
  const one = provider();
  test("that is full when those who waited are let in, is counted no wrong", async () => {
    await using server = await startFakeModelServer({
      script: () => [{ do: "sleep", ms: 60 }, ...chatReply("Hi")],
    });
    await using rig = await startRig({ upstreams: [] });
    const full = provider({ url: server.url, target: { maxParallel: 1 } });
    rig.routes.route("chat", [upstream({ state: starting() })]);
    const calls = [1, 2, 3].map(() => call(rig.port, { body: chat }));
    await eventually(() => rig.gateway.held === 3, "all are held");
    rig.routes.route("chat", [full]);
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 429, 429]);
    const again = await Promise.all([1, 2].map(() => call(rig.port, { body: chat })));
    expect(again.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 429]);
  });

  test("is left alone for one pause, however many were under way", () => {
    let nowMs = 0;
    const breakers = new Breakers(() => nowMs);
    for (let count = 0; count < 50; count += 1) breakers.failed(one, undefined);
    expect(breakers.openUntilMs(one)).toBe(5_000);
    nowMs = 5_001;
    expect(breakers.isOpen(one)).toBe(false);
  });

  test("is tried by one request after the pause, and left alone for longer when that fails", () => {
    let nowMs = 0;
    const breakers = new Breakers(() => nowMs);
    for (let count = 0; count < 5; count += 1) breakers.failed(one, undefined);
    nowMs = 5_001;
    breakers.begins(one);
    expect(breakers.isOpen(one)).toBe(true);
    breakers.failed(one, undefined);
    expect(breakers.openUntilMs(one)).toBe(15_001);
    nowMs = 15_002;
    breakers.begins(one);
    breakers.succeeded(one);
    expect(breakers.isOpen(one)).toBe(false);
  });
});

test("the time that an upstream took to refuse is the upstream's", async () => {
  const slow = (script: Script): Script => [{ do: "sleep", ms: 120 }, ...script];
  await using first = await startFakeModelServer({ script: () => slow(failing) });
  await using second = await startFakeModelServer();
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ id: "one/a", url: first.url }),
    provider({ id: "two/b", url: second.url }),
  ]);
  const timing = String((await call(rig.port, { body: chat })).headers["x-berth-timing"]);
  expect(Number(/upstream=(\d+)/.exec(timing)?.[1])).toBeGreaterThan(110_000);
  expect(Number(/own=(\d+)/.exec(timing)?.[1])).toBeLessThan(100_000);
});

test("a stream whose length was told has none when its usage is taken out", async () => {
  const events = chatEvents(["a"]).slice(0, -1).join("") + usageChunk(1, 2) + done;
  const head: Step = {
    do: "head",
    status: 200,
    headers: { "content-type": "text/event-stream", "content-length": String(events.length) },
  };
  await using server = await startFakeModelServer({
    script: () => [head, { do: "write", bytes: events }, { do: "end" }],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { body: { ...chat, model: "pilot", stream: true } });
  expect(called).toMatchObject({ status: 200, complete: true });
  expect(called.text).not.toContain('"usage":{');
});

test("what one try has told is not taken for another's", async () => {
  const write = (bytes: string): Step => ({ do: "write", bytes });
  await using first = await startFakeModelServer({
    script: () => [eventStreamHead, write(event({ error: { message: "no" } })), { do: "end" }],
  });
  await using second = await startFakeModelServer({
    script: () => [eventStreamHead, write(": hi\n\n"), { do: "end" }],
  });
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ id: "one/a", url: first.url }),
    provider({ id: "two/b", url: second.url }),
  ]);
  const called = await call(rig.port, { body: { ...chat, stream: true } });
  expect(called.complete && called.status === 200).toBe(false);
});

test("an upstream that only pings is not waited for without end", async () => {
  const ping: Step[] = Array.from({ length: 30 }, () => [
    { do: "write", bytes: ": ping\n\n" } as const,
    { do: "sleep", ms: 30 } as const,
  ]).flat();
  await using server = await startFakeModelServer({ script: () => [eventStreamHead, ...ping] });
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url })],
    limits: { streamIdleMs: 200 },
  });
  const called = await call(rig.port, { body: { ...chat, model: "pilot", stream: true } });
  expect(called).toMatchObject({ status: 200, complete: false });
  expect(called.text).toContain("upstream_timeout");
});

test("those who wait for a start are spread over all that are ready", async () => {
  await using first = await startFakeModelServer();
  await using second = await startFakeModelServer();
  const one = upstream({ state: starting() });
  await using rig = await startRig({ upstreams: [one] });
  const calls = Array.from({ length: 20 }, () => call(rig.port, { body: { ...chat, model: "berth/pilot" } }));
  await eventually(() => rig.gateway.held === 20, "all are held");
  rig.routes.set([
    upstream({ url: first.url }),
    upstream({ serviceId: "svc-2", name: "two", url: second.url }),
  ]);
  await Promise.all(calls);
  expect([first.received.length, second.received.length]).toEqual([10, 10]);
});
