import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatEvents, chatStream, json } from "@berth/testing/fake-model-server-script";
import { openAiRoutes } from "@berth/api/openai";
import { expect, test } from "vitest";
import { call, form, keys, startRig, upstream } from "./gateway-rig.ts";

const chat = { model: "pilot", messages: [{ role: "user", content: "Hi" }] };

test("the upstream gets the client's bytes as they were, and the client the upstream's", async () => {
  const answer = '{ "id" : "1",\n "odd":  [1.0, 1e2, "\\u00e9 \u00e9 \ud83d\ude80"],\t"unknown": null }';
  await using server = await startFakeModelServer({
    script: () => [
      { do: "head", status: 200, headers: { "content-type": "application/json", "x-engine": "fake" } },
      { do: "write", bytes: answer },
      { do: "end" },
    ],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const sent = Buffer.from('{\n"model" :"pilot", "nöt known":{"a":[1.0,2e3]}, "big":12345678901234567890}  ');
  const called = await call(rig.port, { bytes: sent });
  expect(server.received[0]?.body.equals(sent)).toBe(true);
  expect(called.text).toBe(answer);
  expect(called).toMatchObject({ status: 200, complete: true, headers: { "x-engine": "fake" } });
});

test("a body of 10 MB passes both ways unchanged", async () => {
  const big = Buffer.from(JSON.stringify({ model: "pilot", image: "x".repeat(10_000_000) }));
  await using server = await startFakeModelServer({
    script: (request) => json({ echo: request.body.toString() }),
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { bytes: big });
  expect(server.received[0]?.body.equals(big)).toBe(true);
  expect((JSON.parse(called.text) as { echo: string }).echo).toBe(big.toString());
});

test("the upstream gets the runner's secret and the request id, and nothing that identifies the caller", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, {
    body: chat,
    headers: {
      "x-request-id": "mine-1",
      "x-api-key": "another",
      cookie: "berth_session=secret",
      "x-berth-csrf": "token",
      "x-berth-runner-secret": "forged",
      accept: "application/json",
    },
  });
  expect(called.headers["x-request-id"]).toBe("mine-1");
  const { headers } = server.received[0]!;
  expect(headers).toMatchObject({
    "x-berth-runner-secret": "the-secret",
    "x-request-id": "mine-1",
    "content-type": "application/json",
    accept: "application/json",
  });
  for (const name of ["authorization", "x-api-key", "cookie", "x-berth-csrf"])
    expect(headers[name]).toBeUndefined();
});

test("a request id that cannot be logged as it is is replaced", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { body: chat, headers: { "x-request-id": "two words" } });
  expect(called.headers["x-request-id"]).toBe("req-1");
  expect(server.received[0]?.headers["x-request-id"]).toBe("req-1");
});

test("an engine sets no cookie at our origin and opens it to no other", async () => {
  const headers = { "set-cookie": "berth_session=evil", "access-control-allow-origin": "*", "x-kept": "yes" };
  await using server = await startFakeModelServer({ script: () => json({}, 200, headers) });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { body: chat });
  expect(called.headers["set-cookie"]).toBeUndefined();
  expect(called.headers["access-control-allow-origin"]).toBeUndefined();
  expect(called.headers["x-kept"]).toBe("yes");
});

test("a stream arrives event by event, in OpenAI's form", async () => {
  const go = Promise.withResolvers<void>();
  const [role, ...rest] = chatEvents(["Hello", " there"]);
  await using server = await startFakeModelServer({
    script: () => [
      { do: "head", status: 200, headers: { "content-type": "text/event-stream" } },
      { do: "write", bytes: role! },
      { do: "wait", for: go.promise },
      ...rest.map((bytes) => ({ do: "write", bytes }) as const),
      { do: "end" },
    ],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  // the rest is only said once the first event has arrived
  const called = await call(rig.port, { body: { ...chat, stream: true }, onPiece: () => go.resolve() });
  expect(called.text).toBe([role, ...rest].join(""));
  expect(called).toMatchObject({ status: 200, complete: true });
});

test("a stream's head arrives before its first event", async () => {
  await using server = await startFakeModelServer({
    script: () => [
      { do: "head", status: 200, headers: { "content-type": "text/event-stream" } },
      { do: "stall" },
    ],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${rig.port}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${keys.any}` },
    body: JSON.stringify({ ...chat, stream: true }),
    signal: leave.signal,
  });
  expect(response.status).toBe(200);
  leave.abort();
});

test("a status, its headers and its body pass as they are", async () => {
  const body = {
    error: { message: "slow down", type: "rate_limit_error", code: "rate_limited", param: null },
  };
  await using server = await startFakeModelServer({ script: () => json(body, 429, { "retry-after": "7" }) });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { body: chat });
  expect(called).toMatchObject({ status: 429, headers: { "retry-after": "7" }, text: JSON.stringify(body) });
  expect(server.received).toHaveLength(1);
});

test("connections to an upstream are used again", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  for (let count = 0; count < 5; count += 1) await call(rig.port, { body: chat });
  await call(rig.port, { body: { ...chat, stream: true } });
  await call(rig.port, { body: chat });
  expect(server.received).toHaveLength(7);
  expect(server.connections).toBe(1);
});

test("requests go to the ready service with the fewest under way", async () => {
  const go = Promise.withResolvers<void>();
  const slow = { script: () => [{ do: "wait", for: go.promise }, ...chatStream(["x"])] as const };
  await using first = await startFakeModelServer(slow);
  await using second = await startFakeModelServer(slow);
  await using rig = await startRig({
    upstreams: [
      upstream({ url: first.url }),
      upstream({ serviceId: "svc-2", name: "pilot-2", url: second.url }),
      upstream({ serviceId: "svc-3", name: "pilot-3" }),
    ],
  });
  const calls: Promise<unknown>[] = [];
  for (let count = 1; count <= 6; count += 1) {
    calls.push(call(rig.port, { body: { ...chat, model: "berth/pilot" } }));
    await expect.poll(() => first.received.length + second.received.length).toBe(count);
  }
  expect([first.received.length, second.received.length]).toEqual([3, 3]);
  go.resolve();
  await Promise.all(calls);
});

test("every inference route of the contract is carried to the same path, query included", async () => {
  await using server = await startFakeModelServer({ script: () => json({}) });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const posted = Object.values(openAiRoutes).filter((route) => route.method === "POST");
  const paths = posted.map(({ path }) => path);
  for (const route of posted) {
    const body = "isForm" in route ? form({ model: "pilot" }) : { body: { model: "pilot" } };
    expect((await call(rig.port, { path: `${route.path}?beta=true`, ...body })).status).toBe(200);
  }
  expect(server.received.map(({ url }) => url)).toEqual(paths.map((path) => `${path}?beta=true`));
  expect(paths).toHaveLength(8);
});
