import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { json } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { unbounded } from "./ports.ts";
import { call, keys, sha256, startRig, upstream, type Called } from "./gateway-rig.ts";

const chat = { model: "pilot" };

function error(called: Called): {
  code: string;
  message: string;
  param: string | null;
  details?: { nearest?: string[] };
} {
  return (JSON.parse(called.text) as { error: ReturnType<typeof error> }).error;
}

describe("at the server's own address", () => {
  test.each<[string, Record<string, string>, number, string]>([
    ["no key", {}, 401, "invalid_api_key"],
    ["an unknown key", { authorization: "Bearer sk-berth-wrong" }, 401, "invalid_api_key"],
    ["another scheme", { authorization: "Digest username=a" }, 401, "invalid_api_key"],
    ["an empty key", { authorization: "Bearer " }, 401, "invalid_api_key"],
    ["Basic without a password", { authorization: "Basic c2stYmVydGgtYW55" }, 401, "invalid_api_key"],
    ["a service's own key", { authorization: "Bearer the-services-own" }, 401, "invalid_api_key"],
    ["a key without the scope", { authorization: `Bearer ${keys.adminOnly}` }, 403, "forbidden"],
    ["a key for another model", { authorization: `Bearer ${keys.pilotOnly}` }, 403, "forbidden"],
  ])("%s is refused before the upstream hears of it", async (_fact, headers, status, code) => {
    await using server = await startFakeModelServer();
    const other = upstream({
      name: "other",
      model: "berth/other",
      url: server.url,
      apiKeyHash: sha256("the-services-own"),
    });
    await using rig = await startRig({ upstreams: [other] });
    const called = await call(rig.port, { key: null, headers, body: { model: "other" } });
    expect(called.status).toBe(status);
    expect(error(called).code).toBe(code);
    expect(called.headers["www-authenticate"] !== undefined).toBe(status === 401);
    expect(server.received).toHaveLength(0);
  });

  test.each<[string, Record<string, string>]>([
    ["Authorization", { authorization: `Bearer ${keys.any}` }],
    ["Authorization in small letters", { authorization: `bearer  ${keys.any} ` }],
    ["x-api-key", { "x-api-key": keys.any }],
    [
      "the password of Basic",
      { authorization: `Basic ${Buffer.from(`user:${keys.any}`).toString("base64")}` },
    ],
  ])("a key is taken from %s", async (_fact, headers) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    expect((await call(rig.port, { key: null, headers, body: chat })).status).toBe(200);
  });

  test("a key for one model calls it by each of its names, and is told which when it asks for another", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig({
      upstreams: [
        upstream({ url: server.url }),
        upstream({ serviceId: "svc-2", name: "other", model: "berth/other", url: server.url }),
      ],
    });
    for (const model of ["pilot", "svc-1", "berth/pilot"]) {
      expect((await call(rig.port, { key: keys.pilotOnly, body: { model } })).status).toBe(200);
    }
    const refused = await call(rig.port, { key: keys.pilotOnly, body: { model: "other" } });
    expect(refused.status).toBe(403);
    expect(error(refused).message).toContain("`berth/pilot`");
  });

  test("whoever the server vouches for needs no key", async () => {
    await using server = await startFakeModelServer();
    const principal = { keyId: "console", scopes: ["inference"], models: null, ...unbounded } as const;
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })], principal });
    expect((await call(rig.port, { key: null, body: chat })).status).toBe(200);
  });
});

describe("at a service's port", () => {
  const port = 8080;
  const one = (changes: Parameters<typeof upstream>[0]) =>
    upstream({ apiKeyHash: sha256("the-services-own"), ...changes });
  async function portRig(service: ReturnType<typeof upstream>) {
    const rig = await startRig({ servicePort: port });
    const other = upstream({ serviceId: "svc-2", name: "other", model: "berth/other" });
    rig.routes.set([service, other], new Map([[port, service]]));
    return rig;
  }

  test.each<[string, Record<string, string>, number]>([
    ["the service's own key is good", { authorization: "Bearer the-services-own" }, 200],
    ["the service's own key is good in x-api-key", { "x-api-key": "the-services-own" }, 200],
    ["any other good key is good too", { authorization: `Bearer ${keys.any}` }, 200],
    ["a wrong key is refused", { authorization: "Bearer wrong" }, 401],
    ["no key is refused", {}, 401],
  ])("%s", async (_fact, headers, status) => {
    await using server = await startFakeModelServer();
    await using rig = await portRig(one({ url: server.url }));
    expect((await call(rig.port, { key: null, headers, body: chat })).status).toBe(status);
  });

  test("no model means the service, and another model is not found", async () => {
    await using server = await startFakeModelServer();
    await using rig = await portRig(one({ url: server.url }));
    expect((await call(rig.port, { body: { messages: [] } })).status).toBe(200);
    expect((await call(rig.port, { body: { model: null } })).status).toBe(200);
    expect((await call(rig.port, { body: { model: "berth/pilot" } })).status).toBe(200);
    expect((await call(rig.port, { body: { model: "other" } })).status).toBe(404);
  });

  test("the models are that service's names", async () => {
    await using rig = await portRig(one({}));
    const called = await call(rig.port, { path: "/v1/models" });
    const { data } = JSON.parse(called.text) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(["pilot", "berth/pilot"]);
  });

  test("a port that is nobody's any more says so", async () => {
    await using rig = await portRig(one({}));
    rig.routes.set([]);
    expect((await call(rig.port, { body: chat })).status).toBe(503);
  });

  test("any path of a command's server is passed on, body and query and status", async () => {
    await using server = await startFakeModelServer({
      script: (request) => json({ body: request.body.toString() }, 201, { "x-own": "1" }),
    });
    await using rig = await portRig(one({ url: server.url, anyPath: true }));
    const called = await call(rig.port, {
      path: "/predict?x=1&y=%2F",
      bytes: Buffer.from([0xff, 0x00, 0x41]),
      headers: {
        "content-type": "image/png",
        cookie: "berth_session=1",
        "x-mine": "2",
        "x-berth-attempt": "3",
        "x-berth-dispatch": "4",
      },
    });
    expect(called).toMatchObject({ status: 201, headers: { "x-own": "1" } });
    const { url, method, headers, body } = server.received[0]!;
    expect({ url, method, body }).toEqual({
      url: "/predict?x=1&y=%2F",
      method: "POST",
      body: Buffer.from([0xff, 0x00, 0x41]),
    });
    expect(headers).toMatchObject({
      "content-type": "image/png",
      "x-mine": "2",
      "x-berth-attempt": "3",
      "x-berth-runner-secret": "the-secret",
    });
    expect(headers.cookie ?? headers.authorization ?? headers["x-berth-dispatch"]).toBeUndefined();
    expect((await call(rig.port, { path: "/", method: "GET" })).status).toBe(201);
    expect((await call(rig.port, { path: "/x", method: "DELETE" })).status).toBe(201);
    expect((await call(rig.port, { path: "/x", key: "wrong" })).status).toBe(401);
  });

  test("a body without a length is passed on in pieces", async () => {
    await using server = await startFakeModelServer({
      script: (request) => json({ bytes: request.body.length }),
    });
    await using rig = await portRig(one({ url: server.url, anyPath: true }));
    const called = await fetch(`http://127.0.0.1:${rig.port}/upload`, {
      method: "PUT",
      headers: { authorization: `Bearer ${keys.any}` },
      body: new Blob(["x".repeat(300_000)]).stream(),
      duplex: "half",
    });
    expect(await called.json()).toEqual({ bytes: 300_000 });
  });

  test("the runner's own path is nobody's to ask for, and a proxy's form of address is not passed on", async () => {
    await using server = await startFakeModelServer({ script: () => json({}) });
    await using rig = await portRig(one({ url: server.url, anyPath: true }));
    for (const path of ["/-/health", "/-/health?x", "http://localhost/-/health"])
      expect((await call(rig.port, { path, method: "GET" })).status).toBe(404);
    expect(server.received).toHaveLength(0);
    expect((await call(rig.port, { path: "http://elsewhere.example/x?y=1", method: "GET" })).status).toBe(
      200,
    );
    expect(server.received.map(({ url }) => url)).toEqual(["/x?y=1"]);
  });

  test("other paths of an engine that is no command are not", async () => {
    await using server = await startFakeModelServer();
    await using rig = await portRig(one({ url: server.url }));
    expect((await call(rig.port, { path: "/predict", body: {} })).status).toBe(404);
    expect(server.received).toHaveLength(0);
  });
});
