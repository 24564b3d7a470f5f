import { startFakeModelServer, type FakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatEvents,
  chatReply,
  chatStream,
  event,
  eventStreamHead,
  json,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, form, provider, startRig, upstream, type Rig } from "./gateway-rig.ts";
import type { RoutePolicy } from "./ports.ts";

const chat = { model: "chat", messages: [{ role: "user", content: "Hi" }] };
const reset: Step = { do: "reset" };
const stall: Step = { do: "stall" };

interface Two extends AsyncDisposable {
  readonly rig: Rig;
  readonly first: FakeModelServer;
  readonly second: FakeModelServer;
}

/** A route to two providers: one that does as the script says, and one that is well. */
async function two(script: (index: number) => Script, policy: Partial<RoutePolicy> = {}): Promise<Two> {
  const first = await startFakeModelServer({ script: (_request, index) => script(index) });
  const second = await startFakeModelServer();
  const rig = await startRig({ limits: { maxRetryPauseMs: 50 } });
  rig.routes.route(
    "chat",
    [
      provider({ id: "one/a", url: first.url, contextTokens: 100 }),
      provider({ id: "two/b", url: second.url, target: { providerId: "prv-2" } }),
    ],
    policy,
  );
  return {
    rig,
    first,
    second,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await Promise.all([first.close(), second.close()]);
    },
  };
}

test("who did not answer is suspected, whoever answered in its place", async () => {
  await using given = await two(() => [reset]);
  expect((await call(given.rig.port, { body: chat })).status).toBe(200);
  expect(given.rig.suspected).toEqual(["prv-1"]);
});

test("a provider is asked under its own path, with its own model and credential, and nothing of the caller's", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ url: server.url, target: { options: { headers: { "X-Team": "t1" } } } }),
  ]);
  const called = await call(rig.port, {
    body: chat,
    headers: { cookie: "a=1", "x-forwarded-for": "1.2.3.4", "openai-beta": "x=v1" },
  });
  expect(called.status).toBe(200);
  const [received] = server.received;
  expect(received?.url).toBe("/v1/chat/completions");
  expect(received?.body.toString()).toBe(JSON.stringify({ ...chat, model: "upstream-big" }));
  expect(received?.headers).toMatchObject({
    authorization: "Bearer upstream-secret",
    "x-team": "t1",
    "openai-beta": "x=v1",
  });
  for (const name of ["cookie", "x-forwarded-for", "x-berth-runner-secret"])
    expect(received?.headers).not.toHaveProperty(name);
  expect(called.headers["x-berth-timing"]).toMatch(/^queue=0, cold=0, upstream=\d+, own=\d+$/);
  expect(await eventually(() => rig.usage[0], "it is recorded")).toMatchObject({
    model: "chat",
    route: "chat",
    provider: "acme",
    upstreamModel: "upstream-big",
    serviceId: undefined,
    tries: 1,
    outcome: "ok",
  });
});

test.each([
  ["openai-compatible", 200, "/tokenize"],
  ["openai", 400, undefined],
] as const)("tokens are counted beside /v1, where %s servers may count them", async (kind, status, url) => {
  await using server = await startFakeModelServer({ script: () => json({ tokens: [1, 2] }) });
  await using rig = await startRig();
  rig.routes.route("chat", [provider({ url: server.url, target: { kind } })]);
  const body = { model: "chat", content: "Ships lie still." };
  expect((await call(rig.port, { path: "/tokenize", body })).status).toBe(status);
  expect(server.received[0]?.url).toBe(url);
});

test("a form's model is the provider's own too", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig();
  rig.routes.route("ears", [provider({ url: server.url, model: "whisper-1" })]);
  await call(rig.port, { path: "/v1/audio/transcriptions", ...form({ model: "ears" }) });
  expect(server.received[0]?.body.toString()).toContain('name="model"\r\n\r\nwhisper-1\r\n');
});

describe("the next of a route is asked when the first", () => {
  const busy = json({ error: { message: "busy" } }, 429, { "retry-after": "60" });
  const tooLong = json(
    { error: { message: "maximum context length is 100", code: "context_length_exceeded" } },
    400,
  );
  test.for<[string, Script]>([
    ["resets the connection", [reset]],
    ["is too busy", busy],
    ["is broken", json({ error: { message: "oops" } }, 500)],
    ["refuses our credential", json({ error: { message: "bad key upstream-secret" } }, 401)],
    ["does not have the model", json({ error: { message: "no such model" } }, 404)],
    ["takes no prompt so long", tooLong],
    [
      "tells of an error first",
      [eventStreamHead, { do: "write", bytes: event({ error: { message: "no" } }) }, { do: "end" }],
    ],
    ["ends a stream before its first token", [eventStreamHead, { do: "end" }]],
  ])("%s", async ([, script]) => {
    for (const stream of [true, false]) {
      await using world = await two(() => script, { firstTokenMs: 80 });
      const called = await call(world.rig.port, { body: { ...chat, stream } });
      expect(called).toMatchObject({ status: 200, complete: true });
      expect(called.text).toContain("Hello");
      expect([world.first.received.length, world.second.received.length]).toEqual([1, 1]);
      expect(await eventually(() => world.rig.usage[0], "it is recorded")).toMatchObject({
        tries: 2,
        provider: "two",
        outcome: "ok",
      });
    }
  });
});

test("the next is asked when a stream is silent, but not instead of an answer that is none", async () => {
  await using world = await two(() => [stall], { firstTokenMs: 80 });
  expect((await call(world.rig.port, { body: { ...chat, stream: true } })).status).toBe(200);
  await using slow = await two(() => [{ do: "sleep", ms: 200 }, ...chatReply("slow")], { firstTokenMs: 80 });
  const called = await call(slow.rig.port, { body: chat });
  expect(called.text).toContain("slow");
  expect(slow.second.received).toHaveLength(0);
});

test("the next is asked when a stream only pings, and the pings reach the client", async () => {
  const ping: Step = { do: "write", bytes: ": ping\n\n" };
  await using world = await two(() => [eventStreamHead, ping, stall], { firstTokenMs: 80 });
  const called = await call(world.rig.port, { body: { ...chat, stream: true } });
  expect(called).toMatchObject({ status: 200, complete: true });
  expect(called.text).toBe(`: ping\n\n${chatEvents(["Hello", " there"]).join("")}`);
});

describe("the first alone is asked when it", () => {
  test.for<[string, Script, number]>([
    ["says that the request is wrong", json({ error: { message: "temperature" } }, 400), 400],
    ["has answered", chatReply("Hello"), 200],
  ])("%s", async ([, script, status]) => {
    await using world = await two(() => script);
    expect((await call(world.rig.port, { body: chat })).status).toBe(status);
    expect(world.second.received).toHaveLength(0);
  });

  test("breaks off after its first token: the client sees it", async () => {
    const words: Step = { do: "write", bytes: chatEvents(["a"])[0]! };
    await using world = await two(() => [eventStreamHead, words, reset]);
    const called = await call(world.rig.port, { body: { ...chat, stream: true } });
    expect(called).toMatchObject({ status: 200, complete: false });
    expect(world.second.received).toHaveLength(0);
  });
});

describe("what a provider says of our credential", () => {
  test("is told as our trouble, and never with the credential", async () => {
    await using server = await startFakeModelServer({
      script: () => json({ error: { message: "Incorrect API key: upstream-secret" } }, 401),
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url })]);
    const called = await call(rig.port, { body: chat });
    expect(called.status).toBe(502);
    expect(called.text).toContain("berth provider test acme");
    expect(called.text + JSON.stringify(called.headers)).not.toContain("upstream-secret");
  });

  test("is taken out of other errors, which otherwise go to the caller as they came", async () => {
    const body = { error: { message: "no quota for upstream-secret", type: "insufficient_quota" } };
    await using server = await startFakeModelServer({ script: () => json(body, 402) });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url })]);
    const called = await call(rig.port, { body: chat });
    expect(called.status).toBe(402);
    expect(called.text).toBe(JSON.stringify(body).replace("upstream-secret", "***"));
  });
});

describe("a single provider", () => {
  test("that asks for a moment is asked again after it", async () => {
    await using server = await startFakeModelServer({
      script: (_request, index) =>
        index === 0
          ? json({ error: { message: "busy" } }, 429, { "retry-after-ms": "30" })
          : chatReply("Hello"),
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url })]);
    const called = await call(rig.port, { body: chat });
    expect(called.status).toBe(200);
    expect(server.received[1]!.receivedAtMs - server.received[0]!.receivedAtMs).toBeGreaterThanOrEqual(29);
    expect(called.headers["x-berth-timing"]).toMatch(/^queue=[1-9]\d{4,}, /);
  });

  test("that asks for a minute leaves it to the client", async () => {
    await using server = await startFakeModelServer({
      script: () => json({ error: { message: "busy" } }, 429, { "retry-after": "60" }),
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url })]);
    const called = await call(rig.port, { body: chat });
    expect(called).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
    expect(server.received).toHaveLength(1);
  });

  test("is not asked by more at once than it may be", async () => {
    const free = Promise.withResolvers<void>();
    await using server = await startFakeModelServer({
      script: () => [{ do: "wait", for: free.promise }, ...chatReply("Hello")],
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url, target: { maxParallel: 1 } })]);
    const held = call(rig.port, { body: chat });
    await eventually(() => server.received.length === 1, "it is asked");
    expect((await call(rig.port, { body: chat })).status).toBe(429);
    free.resolve();
    expect((await held).status).toBe(200);
  });
});

test("after five failures in a row the next is asked at once, until the pause is over", async () => {
  await using world = await two(() => json({ error: { message: "oops" } }, 500), { retries: 0 });
  for (let count = 0; count < 8; count += 1)
    expect((await call(world.rig.port, { body: chat })).status).toBe(200);
  expect(world.first.received).toHaveLength(5);
  expect(world.second.received).toHaveLength(8);
});

test("a stream is the provider's own, byte for byte", async () => {
  await using server = await startFakeModelServer({ script: () => chatStream(["Grüße ", "🚀"]) });
  await using rig = await startRig();
  rig.routes.route("chat", [provider({ url: server.url })]);
  const called = await call(rig.port, { body: { ...chat, stream: true } });
  expect(called.text).toBe(chatEvents(["Grüße ", "🚀"]).join(""));
  expect(JSON.parse(server.received[0]!.body.toString())).toMatchObject({
    model: "upstream-big",
    stream_options: { include_usage: true },
  });
});

test("a provider that refuses to count its streams is not asked to", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig();
  rig.routes.route("chat", [provider({ url: server.url, target: { options: { streamUsage: false } } })]);
  await call(rig.port, { body: { ...chat, stream: true } });
  expect(server.received[0]!.body.toString()).not.toContain("stream_options");
});

describe("names", () => {
  test("match a pattern whole, or fall to the default, which also takes requests that name none", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url, model: "exact" })]);
    const exact = rig.routes.snapshot().routes.get("chat")!;
    const to = (model: string) => ({
      policy: { ...exact.policy, route: model },
      upstreams: [{ upstream: provider({ url: server.url, model }), weight: 1, group: 0 }],
    });
    rig.routes.change({
      patterns: [{ pattern: /^(?:gpt-.*)$/, route: to("pattern") }],
      fallback: to("fallback"),
    });
    const asked = async (model: string | undefined): Promise<unknown> => {
      await call(rig.port, { body: { ...chat, model } });
      return (JSON.parse(server.received.at(-1)!.body.toString()) as { model: unknown }).model;
    };
    expect(await asked("chat")).toBe("exact");
    expect(await asked("gpt-4o")).toBe("pattern");
    expect(await asked("my-gpt-4o")).toBe("fallback");
    expect(await asked(undefined)).toBe("fallback");
  });

  test("of providers are listed with who owns them", async () => {
    await using rig = await startRig({ upstreams: [upstream({ url: "http://127.0.0.1:1" })] });
    rig.routes.route("chat", [provider()]);
    const { data } = JSON.parse((await call(rig.port, { path: "/v1/models" })).text) as { data: unknown[] };
    expect(data).toMatchObject([{ id: "chat", owned_by: "acme", root: "upstream-big", status: "ready" }]);
  });
});

describe("paths that are none of ours", () => {
  test("go to the provider that takes them, with its credential", async () => {
    await using server = await startFakeModelServer({ script: () => json({ id: "file-1" }) });
    await using rig = await startRig();
    rig.routes.change({ anyPath: provider({ url: server.url }).target });
    const called = await call(rig.port, { path: "/v1/files?purpose=x", method: "POST", body: { a: 1 } });
    expect(called).toMatchObject({ status: 200, text: '{"id":"file-1"}' });
    expect(server.received[0]).toMatchObject({ url: "/v1/files?purpose=x", method: "POST" });
    expect(server.received[0]!.headers.authorization).toBe("Bearer upstream-secret");
  });

  test("and methods that are none of ours go there, too", async () => {
    await using server = await startFakeModelServer({ script: () => json({ object: "list" }) });
    await using rig = await startRig();
    rig.routes.change({ anyPath: provider({ url: server.url }).target });
    for (const [method, path] of [
      ["GET", "/v1/chat/completions?limit=2"],
      ["DELETE", "/v1/models/tuned"],
    ] as const) {
      expect(await call(rig.port, { path, method })).toMatchObject({ status: 200 });
      expect(server.received.at(-1)).toMatchObject({ url: path, method });
    }
  });

  test("are not found where nobody takes them", async () => {
    await using rig = await startRig();
    expect((await call(rig.port, { path: "/v1/files" })).status).toBe(404);
  });
});

test("an address that no server may be made to call is never called", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ forbids: (ip) => ip === "127.0.0.1" });
  rig.routes.route("chat", [
    provider({ url: server.url }),
    provider({ id: "b/b", url: `http://localhost:${server.port}` }),
  ]);
  const called = await call(rig.port, { body: chat });
  expect(called.status).toBe(502);
  expect(called.text).toContain("which no server of ours calls");
  expect(server.connections).toBe(0);
});
