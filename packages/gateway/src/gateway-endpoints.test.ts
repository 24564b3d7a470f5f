import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatStream, json } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { endpointNames, replica, type TestEndpoint } from "./endpoint-rig.ts";
import { call, eventually, keys, provider, starting, startRig, upstream, type Rig } from "./gateway-rig.ts";

const messages = [{ role: "user", content: "Hi" }];
const chat = (model = "chat") => ({ model, messages });

function show(rig: Rig, ...endpoints: readonly TestEndpoint[]): void {
  rig.routes.change(endpointNames(endpoints));
}

/** What is counted of Ada's chat. */
function counted(rig: Rig) {
  return rig.gateway.traffic.loads.get("ep-1");
}

const ids = (text: string): string[] =>
  (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id);

describe("names", () => {
  test.each(["chat", "ada/chat", "ep-1", "ada/talk"])("Ada's endpoint answers to %s", async (name) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { former: ["talk"], replicas: [replica("a", server.url)] });
    expect((await call(rig.port, { key: keys.ada, body: chat(name) })).status).toBe(200);
  });

  test.each([
    ["/v1/chat/completions", { messages }],
    ["/v1/chat/completions", chat("berth/pilot")],
    ["/v1/chat/completions", chat("ep-1")],
    ["/predict", { any: "thing" }],
  ])("at its own address: %s with %j", async (path, body) => {
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { former: ["talk"], replicas: [replica("a", server.url)] });
    for (const name of ["chat", "talk"])
      expect((await call(rig.port, { key: keys.ada, path: `/e/ada/${name}${path}`, body })).status).toBe(200);
    expect(server.received.map(({ url }) => url)).toEqual([path, path]);
  });

  test.each([
    ["/v1/chat/completions", chat()],
    ["/v1/messages", { ...chat(), max_tokens: 3 }],
    ["/e/ada/chat/predict", { any: "thing" }],
  ])("and its replicas' runners are told how many at once it wants: %s", async (path, body) => {
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { replicas: [{ ...replica("a", server.url), atOnce: 3 }] });
    await call(rig.port, { key: keys.ada, path, body, headers: { "x-berth-at-once": "9" } });
    expect(server.received.map(({ headers }) => headers["x-berth-at-once"])).toEqual(["3"]);
  });

  test("at its own address no other model is called", async () => {
    await using rig = await startRig({ upstreams: [upstream()] });
    show(rig, {});
    const path = "/e/ada/chat/v1/chat/completions";
    expect((await call(rig.port, { key: keys.ada, path, body: chat("other") })).status).toBe(404);
  });

  test("a short name is the caller's own endpoint's first", async () => {
    await using adas = await startFakeModelServer();
    await using bobs = await startFakeModelServer();
    await using rig = await startRig();
    show(
      rig,
      { visibility: "public", replicas: [replica("a", adas.url)] },
      { id: "ep-2", owner: "bob", replicas: [replica("b", bobs.url)] },
    );
    await call(rig.port, { key: keys.bob, body: chat() });
    expect([adas.received.length, bobs.received.length]).toEqual([0, 1]);
    await call(rig.port, { key: keys.any, body: chat() });
    expect([adas.received.length, bobs.received.length]).toEqual([1, 1]);
  });
});

describe("who may call", () => {
  const all = [
    "/v1/models/chat",
    "/v1/models/ada%2Fchat",
    "/e/ada/chat/healthcheck",
    "/e/ada/chat/v1/models",
  ];

  test.each(all)("another owner's private endpoint is not there: GET %s", async (path) => {
    await using rig = await startRig();
    show(rig, {});
    const hidden = await call(rig.port, { key: keys.bob, path });
    show(rig);
    const absent = await call(rig.port, { key: keys.bob, path });
    expect(hidden.status).toBe(404);
    expect(hidden.text.replaceAll(/req-\d+/g, "")).toBe(absent.text.replaceAll(/req-\d+/g, ""));
  });

  test.each([
    ["OPTIONS", "/tokenize"],
    ["POST", "/api/chat"],
    ["POST", "/predict"],
    ["GET", "/api/tags"],
    ["PUT", "/v1/messages"],
  ])("it answers as one that is not there, whoever asks: %s %s", async (method, path) => {
    await using rig = await startRig();
    const asked = [keys.bob, null].map((key) => ({ key, path: `/e/ada/chat${path}`, method }));
    const answers = async () => {
      const all = await Promise.all(asked.map((one) => call(rig.port, one)));
      return all.map(({ status, text }) => [status, text.replaceAll(/req-\d+/g, "")]);
    };
    const absent = await answers();
    for (const anyPath of [false, true]) {
      show(rig, { replicas: [upstream({ serviceId: "a", anyPath })] });
      expect(await answers()).toEqual(absent);
    }
    expect(absent.map(([status]) => status)).toEqual([404, 401]);
  });

  test.each([
    ["/v1/chat/completions", "chat"],
    ["/v1/chat/completions", "ada/chat"],
    ["/v1/chat/completions", "ep-1"],
    ["/e/ada/chat/v1/chat/completions", "chat"],
    ["/e/ada/chat/predict", "chat"],
  ])("another owner's private endpoint is neither called nor woken: POST %s for %s", async (path, model) => {
    await using rig = await startRig();
    show(rig, { former: ["talk"] });
    for (const key of [keys.bob, keys.any])
      expect((await call(rig.port, { key, path, body: chat(model) })).status).toBe(404);
    expect(rig.woken).toEqual([]);
    expect(counted(rig)).toBeUndefined();
  });

  test("it stands in nobody else's list of models, nor in a guess", async () => {
    await using rig = await startRig();
    show(rig, {});
    const path = "/v1/models";
    expect(ids((await call(rig.port, { key: keys.ada, path })).text)).toEqual(["chat", "ada/chat"]);
    expect(ids((await call(rig.port, { key: keys.bob, path })).text)).toEqual([]);
    const wrong = await call(rig.port, { key: keys.bob, body: chat("chaat") });
    expect(wrong.text).not.toContain("`chat`");
  });

  test.each([
    ["public", [200, 200, 200]],
    ["internal", [200, 200, 404]],
    ["private", [200, 404, 404]],
  ] as const)("%s: its owner, another owner, nobody's key", async (visibility, statuses) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { visibility, replicas: [replica("a", server.url)] });
    const called = [];
    for (const key of [keys.ada, keys.bob, keys.any])
      called.push((await call(rig.port, { key, body: chat("ada/chat") })).status);
    expect(called).toEqual(statuses);
  });

  test("a hidden endpoint takes no name from those who do not see it", async () => {
    await using adas = await startFakeModelServer();
    await using others = await startFakeModelServer();
    await using rig = await startRig({ upstreams: [upstream({ name: "chat", url: others.url })] });
    const before = rig.routes.snapshot().routes;
    rig.routes.change(endpointNames([{ replicas: [replica("a", adas.url)] }], before));
    expect((await call(rig.port, { key: keys.bob, body: chat() })).status).toBe(200);
    expect((await call(rig.port, { key: keys.bob, path: "/v1/models/chat" })).status).toBe(200);
    expect((await call(rig.port, { key: keys.ada, body: chat() })).status).toBe(200);
    expect([adas.received.length, others.received.length]).toEqual([1, 1]);
  });

  test("nor from the route for all other names", async () => {
    await using others = await startFakeModelServer();
    await using rig = await startRig();
    rig.routes.route("everything", [provider({ url: others.url })]);
    const fallback = rig.routes.snapshot().routes.get("everything");
    rig.routes.change({ ...endpointNames([{}]), fallback });
    expect((await call(rig.port, { key: keys.bob, body: chat() })).status).toBe(200);
    expect([others.received.length, rig.woken]).toEqual([1, []]);
  });

  test("a key that is limited to an endpoint calls it by all its names, and nothing else", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(
      rig,
      { replicas: [replica("a", server.url)] },
      { id: "ep-2", name: "other", replicas: [replica("b", server.url)] },
    );
    const key = keys.adaChatOnly;
    for (const model of ["chat", "ada/chat", "ep-1"])
      expect((await call(rig.port, { key, body: chat(model) })).status).toBe(200);
    expect((await call(rig.port, { key, path: "/e/ada/chat/predict", body: {} })).status).toBe(200);
    expect((await call(rig.port, { key, body: chat("other") })).status).toBe(403);
    expect((await call(rig.port, { key, path: "/e/ada/other/predict", body: {} })).status).toBe(403);
    expect(ids((await call(rig.port, { key, path: "/v1/models" })).text)).toEqual(["chat", "ada/chat"]);
  });

  test("its callers are told its description", async () => {
    await using rig = await startRig();
    show(
      rig,
      { visibility: "public", description: "talks of bears" },
      { id: "ep-2", name: "other", visibility: "public" },
    );
    const told = async (name: string) =>
      JSON.parse((await call(rig.port, { path: `/v1/models/ada/${name}` })).text) as object;
    expect(await told("chat")).toMatchObject({ description: "talks of bears" });
    expect(await told("other")).not.toHaveProperty("description");
  });

  test("a key that is limited to a model may not call an endpoint because it has that model", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { visibility: "public", replicas: [replica("a", server.url)] });
    const key = keys.pilotOnly;
    const path = "/e/ada/chat/v1/chat/completions";
    for (const body of [chat("berth/pilot"), chat("chat"), { messages }])
      expect((await call(rig.port, { key, path, body })).status).toBe(403);
    expect(ids((await call(rig.port, { key, path: "/v1/models" })).text)).toEqual([]);
    expect(server.received).toEqual([]);
  });
});

describe("paths", () => {
  test.each([
    ["/e/ada/chat/predict/../../../v1/models", 400],
    ["/e/ada/chat/predict/%2e%2e/x", 400],
    ["/e/ada/chat/predict//x", 400],
    ["/e/ada/chat/predict/..%2fx", 400],
    ["/e/ada/chat/../other/predict", 404],
    ["/e/ada/chat//predict", 404],
    ["/e/ada%2Fchat/predict", 404],
    ["/e/%2e%2e/%2e%2e/predict", 404],
    ["/e/ada/%/predict", 404],
    ["/e//ada/chat/predict", 404],
    ["/e/ada", 404],
    ["/e/ada/chat/-/health", 404],
    ["/e/ada/chat/-/health/", 404],
    ["/e/ada/chat/unknown", 404],
  ])("%s leads nowhere", async (path, status) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { replicas: [replica("a", server.url)] });
    expect((await call(rig.port, { key: keys.ada, path, body: {} })).status).toBe(status);
    expect(server.received).toEqual([]);
  });

  test("a user's own server gets every path but the runner's", async () => {
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { replicas: [{ ...replica("a", server.url), anyPath: true }] });
    const path = "/e/ada/chat/own/path?x=1";
    expect((await call(rig.port, { key: keys.ada, path, method: "PUT", body: {} })).status).toBe(200);
    for (const hidden of [
      "/-/health",
      "/-/health?x",
      "/-/health/",
      "/%2d/health",
      "/-/%68ealth",
      "//-/health",
    ])
      expect(
        (await call(rig.port, { key: keys.ada, path: `/e/ada/chat${hidden}` })).status,
        hidden,
      ).toBeGreaterThanOrEqual(400);
    expect(server.received.map(({ url }) => url)).toEqual(["/own/path?x=1"]);
  });

  test.each([
    ["POST", "/api/generate"],
    ["POST", "/generate"],
    ["POST", "/"],
    ["GET", "/api/tags"],
    ["GET", "/info"],
  ])("a user's own server is asked itself what another system would mean by %s %s", async (method, path) => {
    await using server = await startFakeModelServer({ script: () => json({ own: "words" }) });
    await using rig = await startRig();
    show(rig, { replicas: [{ ...replica("a", server.url), anyPath: true }] });
    const body = method === "POST" ? { body: { prompt: "Why?" } } : {};
    const answer = await call(rig.port, { key: keys.ada, path: `/e/ada/chat${path}`, method, ...body });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { own: "words" }]);
    expect(server.received.map(({ url }) => url)).toEqual([path]);
  });

  test("asking for health wakes nobody", async () => {
    await using rig = await startRig();
    show(rig, {});
    const path = "/e/ada/chat/healthcheck";
    const asleep = await call(rig.port, { key: keys.ada, path });
    expect([asleep.status, rig.woken]).toEqual([503, []]);
    expect(counted(rig)).toBeUndefined();
    show(rig, { replicas: [replica("a", "http://127.0.0.1:1")] });
    expect((await call(rig.port, { key: keys.ada, path })).status).toBe(200);
  });
});

describe("from zero", () => {
  test("a call is held, wakes the endpoint, and is answered by the replica that comes", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, {});
    const called = call(rig.port, { key: keys.ada, body: chat() });
    await eventually(() => rig.gateway.held === 1, "it is held");
    expect(rig.woken).toContain("ep-1");
    expect(counted(rig)).toEqual({ arrived: 1, finished: 0, held: 1 });
    show(rig, { replicas: [replica("a", server.url)] });
    expect((await called).status).toBe(200);
    await eventually(() => counted(rig)?.finished === 1, "it is counted");
    expect(counted(rig)).toEqual({ arrived: 1, finished: 1, held: 0 });
  });

  test("a call that a configured route leads to it counts as well, held and answered", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    const placed = upstream({ serviceId: "ep-1", endpointId: "ep-1", state: starting() });
    rig.routes.route("front", [placed]);
    const called = call(rig.port, { body: chat("front") });
    await eventually(() => rig.gateway.held === 1, "it is held");
    expect(counted(rig)).toEqual({ arrived: 1, finished: 0, held: 1 });
    rig.routes.route("front", [{ ...replica("a", server.url), endpointId: "ep-1" }]);
    expect((await called).status).toBe(200);
    await eventually(() => counted(rig)?.finished === 1, "it is counted");
    expect(counted(rig)).toEqual({ arrived: 1, finished: 1, held: 0 });
  });

  test("who does not want to wait is told when to come again, and it is woken all the same", async () => {
    await using rig = await startRig();
    show(rig, { state: { kind: "starting", reason: "loading", expectedReadyAtMs: Date.now() + 60_000 } });
    const headers = { "x-berth-cold-start": "fail" };
    const refused = await call(rig.port, { key: keys.ada, body: chat(), headers });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(30);
    expect(rig.woken).toContain("ep-1");
    await eventually(() => counted(rig)?.finished === 1, "it is counted");
  });

  test("who has asked for it is answered by the fallback", async () => {
    await using instead = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { fallback: [provider({ url: instead.url })] });
    const headers = { "x-berth-cold-start": "fallback" };
    expect((await call(rig.port, { key: keys.ada, body: chat(), headers })).status).toBe(200);
    expect(rig.woken).toContain("ep-1");
    expect(instead.received).toHaveLength(1);
  });

  test("who has not said what he wants finds what the endpoint does, and who has, that", async () => {
    await using instead = await startFakeModelServer();
    await using rig = await startRig();
    const fallback = [provider({ url: instead.url })];
    const called = (headers: Record<string, string> = {}) =>
      call(rig.port, { key: keys.ada, body: chat(), headers });
    show(rig, { fallback, coldStart: "fallback" });
    expect((await called()).status).toBe(200);
    expect((await called({ "x-berth-cold-start": "fail" })).status).toBe(503);
    show(rig, { fallback, coldStart: "fail" });
    expect((await called()).status).toBe(503);
    expect((await called({ "x-berth-cold-start": "fallback" })).status).toBe(200);
    const held = called({ "x-berth-cold-start": "hold" });
    await eventually(() => rig.gateway.held === 1, "it is held");
    show(rig, { fallback, coldStart: "fail", replicas: [replica("a", instead.url)] });
    expect((await held).status).toBe(200);
  });

  test("a fallback is for models: what only a replica knows waits for one", async () => {
    await using instead = await startFakeModelServer();
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { fallback: [provider({ url: instead.url })] });
    const headers = { "x-berth-cold-start": "fallback" };
    const called = call(rig.port, { key: keys.ada, path: "/e/ada/chat/predict", body: {}, headers });
    await eventually(() => rig.gateway.held === 1, "it is held");
    show(rig, { replicas: [replica("a", server.url)] });
    expect((await called).status).toBe(200);
    expect([instead.received.length, rig.reported.length]).toEqual([0, 0]);
  });

  test("another word is refused before anybody is woken, and also while a replica is ready", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig();
    const headers = { "x-berth-cold-start": "perhaps" };
    show(rig, {});
    expect((await call(rig.port, { key: keys.ada, body: chat(), headers })).status).toBe(400);
    expect(rig.woken).toEqual([]);
    show(rig, { replicas: [replica("a", server.url)] });
    expect((await call(rig.port, { key: keys.ada, body: chat(), headers })).status).toBe(400);
    expect(server.received).toEqual([]);
  });

  test("who leaves while it waits, and who is deleted amid it, is counted to its end", async () => {
    await using rig = await startRig();
    show(rig, {});
    const client = new AbortController();
    const left = call(rig.port, { key: keys.ada, body: chat(), signal: client.signal }).catch(
      () => undefined,
    );
    const deleted = call(rig.port, { key: keys.ada, body: chat() });
    await eventually(() => counted(rig)?.held === 2, "both are held");
    client.abort();
    await left;
    await eventually(() => counted(rig)?.finished === 1, "the first is over");
    expect(counted(rig)).toEqual({ arrived: 2, finished: 1, held: 1 });
    show(rig);
    expect((await deleted).status).toBe(404);
    await eventually(() => rig.gateway.inFlight === 0, "both are over");
    expect(counted(rig)).toEqual({ arrived: 2, finished: 2, held: 0 });
    // forgotten with the next change, now that nothing of it is under way
    show(rig);
    expect(counted(rig)).toBeUndefined();
  });
});

describe("replicas that go", () => {
  test("one that drains gets nothing new, and ends what it has", async () => {
    const others = Promise.withResolvers<void>();
    await using old = await startFakeModelServer({
      async *script() {
        for (const [index, step] of chatStream(["a", "b"]).entries()) {
          if (index === 2) await others.promise;
          yield step;
        }
      },
    });
    await using young = await startFakeModelServer();
    await using rig = await startRig();
    show(rig, { replicas: [replica("a", old.url)] });
    const streaming = call(rig.port, { key: keys.ada, body: { ...chat(), stream: true } });
    await eventually(() => old.received.length === 1, "the old one is asked");
    show(rig, { replicas: [replica("b", young.url)] });
    for (let each = 0; each < 3; each += 1) await call(rig.port, { key: keys.ada, body: chat() });
    expect([old.received.length, young.received.length]).toEqual([1, 3]);
    others.resolve();
    expect(await streaming).toMatchObject({ status: 200, complete: true });
  });

  test.each([
    ["/v1/chat/completions", chat()],
    ["/e/ada/chat/predict", { texts: ["a"] }],
  ])("a request to one that is lost before its first byte goes to another, whole: %s", async (path, body) => {
    await using lost = await startFakeModelServer();
    const { url } = lost;
    await lost[Symbol.asyncDispose]();
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { replicas: [replica("a", url), replica("b", server.url)] });
    expect((await call(rig.port, { key: keys.ada, path, body })).status).toBe(200);
    expect(JSON.parse(server.received[0]?.body.toString() ?? "")).toEqual(body);
    expect(rig.woken).toContain("a");
    await eventually(() => counted(rig)?.finished === 1, "it is counted once");
    expect(counted(rig)).toEqual({ arrived: 1, finished: 1, held: 0 });
  });

  test("a request that reaches one in the moment in which it drains goes to another", async () => {
    await using draining = await startFakeModelServer({
      script: () => json({ error: { code: "shutting_down" } }, 503),
    });
    await using server = await startFakeModelServer({ script: () => json({ ok: true }) });
    await using rig = await startRig();
    show(rig, { replicas: [replica("a", draining.url), replica("b", server.url)] });
    const called = await call(rig.port, {
      key: keys.ada,
      path: "/e/ada/chat/predict",
      body: { texts: ["a"] },
    });
    expect([called.status, draining.received.length]).toEqual([200, 1]);
  });
});
