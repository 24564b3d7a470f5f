import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatEvents, chatStream, json } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { call, eventually, soon, starting, startRig, upstream, type Rig } from "./gateway-rig.ts";

const chat = { model: "pilot", messages: [{ role: "user", content: "Hi" }] };
const stream = { ...chat, stream: true };
const pilot = upstream();

async function oneHeld(rig: Rig): Promise<void> {
  await eventually(() => rig.gateway.held === 1, "a request is held");
}

test("a request for a starting service wakes it, waits, and is sent when it is ready", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [pilot] });
  const called = call(rig.port, { body: chat });
  await oneHeld(rig);
  expect(rig.woken).toEqual(["svc-1"]);
  rig.routes.set([upstream({ url: server.url })]);
  expect(await called).toMatchObject({ status: 200, complete: true });
  expect(server.received[0]?.body.toString()).toBe(JSON.stringify(chat));
  expect(rig.gateway.held).toBe(0);
  const usage = await eventually(() => rig.observed[0], "it is observed");
  expect(usage.heldMs).toBeGreaterThan(0);
});

test("a stream that waits is told why, and then goes on as if it had not waited", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [pilot] });
  const pieces: string[] = [];
  const called = call(rig.port, { body: stream, onPiece: (piece) => pieces.push(piece.toString()) });
  await eventually(() => pieces.length >= 1, "a first comment");
  rig.routes.set([upstream({ state: starting("loading\n99 %") })]);
  await eventually(() => pieces.at(-1)?.includes("99"), "a comment with the new reason");
  rig.routes.set([upstream({ url: server.url })]);
  const { status, headers, text, complete } = await called;
  expect({ status, complete, type: headers["content-type"] }).toEqual({
    status: 200,
    complete: true,
    type: "text/event-stream; charset=utf-8",
  });
  expect(text).toMatch(/^: waiting for pilot: loading 62 %\n\n/);
  expect(text).toContain(": waiting for pilot: loading 99 %\n\n");
  expect(text.replace(/^: .*\n\n/gm, "")).toBe(chatEvents(["Hello", " there"]).join(""));
});

test("a stream that waits is told when it will be answered", async () => {
  const state = { ...starting(), expectedReadyAtMs: Date.now() + 3_600_000 };
  await using rig = await startRig({ upstreams: [upstream({ state })] });
  const pieces: string[] = [];
  const client = new AbortController();
  const called = call(rig.port, {
    body: stream,
    signal: client.signal,
    onPiece: (piece) => pieces.push(piece.toString()),
  }).catch(() => undefined);
  await eventually(() => pieces.length >= 1, "a first comment");
  expect(pieces[0]).toBe(": waiting for pilot: loading 62 %, ready in about 1 hour\n\n");
  client.abort();
  await called;
});

test("a service that is ready soon can still answer with a status of its own", async () => {
  await using server = await startFakeModelServer({ script: () => json({ error: {} }, 400) });
  await using rig = await startRig({ upstreams: [pilot], limits: { firstCommentMs: 60_000 } });
  const called = call(rig.port, { body: stream });
  await oneHeld(rig);
  rig.routes.set([upstream({ url: server.url })]);
  expect(await called).toMatchObject({ status: 400, complete: true });
});

test("a refusal after comments is an error event and a broken transfer", async () => {
  await using server = await startFakeModelServer({
    script: () => json({ error: { message: "too long" } }, 400),
  });
  await using rig = await startRig({ upstreams: [pilot] });
  const pieces: Buffer[] = [];
  const called = call(rig.port, { body: stream, onPiece: (piece) => pieces.push(piece) });
  await eventually(() => pieces.length >= 1, "a first comment");
  rig.routes.set([upstream({ url: server.url })]);
  const { text, complete } = await called;
  expect(complete).toBe(false);
  expect(text).toContain('data: {"error":');
  expect(text).toContain("too long");
});

test.each([
  ["before anything was sent is refused with the reason", 60_000, chat, 503],
  ["after comments is told by an event and a broken transfer", 10, stream, 200],
])("a request whose service fails %s", async (_fact, firstCommentMs, body, status) => {
  await using rig = await startRig({ upstreams: [pilot], limits: { firstCommentMs } });
  const pieces: Buffer[] = [];
  const called = call(rig.port, { body, onPiece: (piece) => pieces.push(piece) });
  await oneHeld(rig);
  if (status === 200) await eventually(() => pieces.length >= 1, "a first comment");
  rig.routes.set([upstream({ state: { kind: "unavailable", reason: "exit code 137" } })]);
  const answer = await soon(called, "the answer");
  expect(answer).toMatchObject({ status, complete: status === 503 });
  expect(answer.text).toContain("exit code 137");
  expect(answer.text).toContain("service_unavailable");
});

test("a request whose service is removed is refused as one for an unknown model", async () => {
  await using rig = await startRig({ upstreams: [pilot] });
  const called = call(rig.port, { body: chat });
  await oneHeld(rig);
  rig.routes.set([]);
  expect(await soon(called, "the answer")).toMatchObject({ status: 404 });
});

test("nobody waits longer than the limit", async () => {
  await using rig = await startRig({ upstreams: [pilot], limits: { maxHoldMs: 30 } });
  const called = await soon(call(rig.port, { body: chat }), "the answer");
  expect(called).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
});

const failing = (nextTryAtMs: number) =>
  upstream({
    state: {
      kind: "starting",
      reason: "starts fail: exit code 3",
      expectedReadyAtMs: undefined,
      nextTryAtMs,
    },
  });

test("nobody waits for a service whose starts have failed again and again, and it is woken all the same", async () => {
  await using rig = await startRig({ upstreams: [failing(Date.now() + 42_000)] });
  const called = await soon(call(rig.port, { body: chat }), "the answer");
  expect(called).toMatchObject({ status: 503, complete: true });
  expect(called.text).toContain("starts fail: exit code 3");
  expect(Number(called.headers["retry-after"])).toBeGreaterThan(30);
  expect(rig.woken).toEqual(["svc-1"]);
});

test("who waits when starts have failed again and again is sent away", async () => {
  await using rig = await startRig({ upstreams: [pilot] });
  const called = call(rig.port, { body: chat });
  await oneHeld(rig);
  rig.routes.set([failing(Date.now() + 42_000)]);
  expect(await soon(called, "the answer")).toMatchObject({ status: 503 });
});

test("a service that may start is waited for, beside one whose starts fail", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({
    upstreams: [failing(Date.now() + 42_000), upstream({ serviceId: "svc-2", name: "two" })],
  });
  const called = call(rig.port, { body: { ...chat, model: "berth/pilot" } });
  await oneHeld(rig);
  rig.routes.set([
    failing(Date.now() + 42_000),
    upstream({ serviceId: "svc-2", name: "two", url: server.url }),
  ]);
  expect(await called).toMatchObject({ status: 200 });
});

test("when nobody more can wait, a request is refused with the time to come again", async () => {
  const readyAtMs = Date.now() + 42_000;
  const slow = upstream({ state: { kind: "starting", reason: "loading", expectedReadyAtMs: readyAtMs } });
  await using rig = await startRig({ upstreams: [slow], limits: { maxHeld: 1 } });
  const client = new AbortController();
  const first = call(rig.port, { body: chat, signal: client.signal }).catch(() => undefined);
  await oneHeld(rig);
  const second = await call(rig.port, { body: chat });
  expect(second.status).toBe(429);
  expect(Number(second.headers["retry-after"])).toBeGreaterThan(30);
  client.abort();
  await first;
});

test("bodies that wait are bounded together", async () => {
  await using rig = await startRig({ upstreams: [pilot], limits: { maxHeldBytes: 100 } });
  const called = await call(rig.port, { body: { ...chat, padding: "x".repeat(200) } });
  expect(called.status).toBe(429);
});

test("a client that leaves while it waits makes room at once and is never sent on", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [pilot] });
  const client = new AbortController();
  const called = call(rig.port, { body: chat, signal: client.signal }).catch(() => undefined);
  await oneHeld(rig);
  client.abort();
  await called;
  await eventually(() => rig.gateway.inFlight === 0, "the request is over");
  rig.routes.set([upstream({ url: server.url })]);
  expect((await call(rig.port, { body: { ...chat, later: true } })).status).toBe(200);
  expect(server.received.map(({ body }) => body.toString())).toEqual([
    JSON.stringify({ ...chat, later: true }),
  ]);
  expect(rig.usage[0]).toMatchObject({ outcome: "client_closed", status: 499, serviceId: "svc-1" });
});

test("a ready service is taken before one that starts", async () => {
  await using server = await startFakeModelServer({ script: () => chatStream(["x"]) });
  await using rig = await startRig({
    upstreams: [pilot, upstream({ serviceId: "svc-2", name: "two", url: server.url })],
  });
  expect((await call(rig.port, { body: { ...chat, model: "berth/pilot" } })).status).toBe(200);
  expect(rig.woken).toEqual([]);
});

test("an unavailable service is refused with its reason", async () => {
  await using rig = await startRig({
    upstreams: [upstream({ state: { kind: "unavailable", reason: "out of memory" } })],
  });
  const called = await call(rig.port, { body: chat });
  expect(called.status).toBe(503);
  expect(called.text).toContain("out of memory");
});
