import { once } from "node:events";
import { connect } from "node:net";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatChunk,
  event,
  eventStreamHead,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, keys, startRig, upstream } from "./gateway-rig.ts";

const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.any}\r\n`;
const chat = { model: "pilot", messages: [{ role: "user", content: "Hi" }] };
const stall: Step = { do: "stall" };
const jsonHead: Step = {
  do: "head",
  status: 200,
  headers: { "content-type": "application/json", "content-length": "100" },
};
const write = (bytes: string): Step => ({ do: "write", bytes });

describe("when the client leaves", () => {
  const chunk = write(chatChunk({ content: "x" }));
  test.each<[string, Script, boolean, boolean]>([
    ["before the head of an answer", [stall], false, false],
    ["before the head of a stream", [stall], true, false],
    ["before the first token", [eventStreamHead, stall], true, false],
    ["in the middle of a stream", [eventStreamHead, chunk, stall], true, true],
    ["in the middle of an answer", [jsonHead, write('{"id":'), stall], false, true],
  ])("%s, the upstream's work is cancelled", async (_fact, script, stream, waitForBody) => {
    await using server = await startFakeModelServer({ script: () => script });
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const client = new AbortController();
    const begun = Promise.withResolvers<void>();
    const called = call(rig.port, {
      body: { ...chat, stream },
      signal: client.signal,
      onPiece: () => begun.resolve(),
    }).catch(() => undefined);
    const request = await eventually(() => server.received[0], "the request reaches the upstream");
    if (waitForBody) await begun.promise;
    const leftAtMs = performance.now();
    client.abort();
    const tookMs = (await request.aborted) - leftAtMs;
    console.info(`cancelled after ${tookMs.toFixed(1)} ms`);
    expect(tookMs).toBeLessThan(2_000);
    await called;
    expect(await eventually(() => rig.usage[0], "the request is recorded")).toMatchObject({
      outcome: "client_closed",
    });
    expect(rig.gateway.inFlight).toBe(0);
  });

  test("while a stream flows faster than it reads, the upstream's work is cancelled", async () => {
    const flood: Script = [
      eventStreamHead,
      ...Array.from({ length: 400 }, () => write(event({ x: "y".repeat(65_536) }))),
    ];
    await using server = await startFakeModelServer({ script: () => [...flood, stall] });
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const client = new AbortController();
    const response = await fetch(`http://127.0.0.1:${rig.port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.any}` },
      body: JSON.stringify({ ...chat, stream: true }),
      signal: client.signal,
    });
    expect(response.status).toBe(200);
    client.abort();
    expect(await server.received[0]!.aborted).toBeGreaterThan(0);
  });
});

test("a client that stops reading does not hold the upstream for ever", async () => {
  const flood: Script = [
    eventStreamHead,
    ...Array.from({ length: 400 }, () => write(event({ x: "y".repeat(65_536) }))),
  ];
  await using server = await startFakeModelServer({ script: () => [...flood, stall] });
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url })],
    limits: { clientStallMs: 60, lingerMs: 60 },
  });
  const body = JSON.stringify({ ...chat, stream: true });
  const client = connect(rig.port, "127.0.0.1").pause();
  client.on("error", () => undefined);
  client.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  const request = await eventually(() => server.received[0], "the request reaches the upstream");
  expect(await request.aborted).toBeGreaterThan(0);
  client.destroy();
});

test("a client that leaves while it sends its body is forgotten, and the upstream never hears of it", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })], isFast: false });
  const client = connect(rig.port, "127.0.0.1");
  client.write(`${head}content-length: 1000\r\n\r\n{"model":`);
  await eventually(() => rig.gateway.inFlight === 1, "the request arrives");
  client.destroy();
  await eventually(() => rig.gateway.inFlight === 0, "the request is over");
  expect(await eventually(() => rig.observed[0], "it is observed")).toMatchObject({
    outcome: "client_closed",
    status: 499,
  });
  expect(server.received).toHaveLength(0);
  expect(rig.reported).toEqual([]);
});

test.each([
  ["by node:http, all at once", false, 3],
  ["by the fast path, one after the other", true, 1],
])("requests sent ahead, read %s, are cancelled when the client leaves", async (_fact, isFast, atOnce) => {
  await using server = await startFakeModelServer({ script: () => [stall] });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })], isFast });
  const body = JSON.stringify(chat);
  const client = connect(rig.port, "127.0.0.1");
  client.write(`${head}content-length: ${body.length}\r\n\r\n${body}`.repeat(3));
  await eventually(() => server.received.length === atOnce, "they reach the upstream");
  client.destroy();
  for (const request of server.received) expect(await request.aborted).toBeGreaterThan(0);
});

test("a stream that breaks off shows to an HTTP/1.0 client as a reset, which knows no other sign", async () => {
  await using server = await startFakeModelServer({
    script: () => [eventStreamHead, write(chatChunk({})), { do: "reset" }],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const body = JSON.stringify(chat);
  const client = connect(rig.port, "127.0.0.1");
  client.write(`${head.replace("HTTP/1.1", "HTTP/1.0")}content-length: ${body.length}\r\n\r\n${body}`);
  client.resume();
  const [error] = (await once(client, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
});
