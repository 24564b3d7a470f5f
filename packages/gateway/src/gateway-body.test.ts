import { connect, type Socket } from "node:net";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { expect, test } from "vitest";
import type { GatewayLimits } from "./limits.ts";
import { call, keys, soon, startRig, upstream } from "./gateway-rig.ts";

const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.any}\r\n`;

/** Everything the gateway says to a client that sends these bytes and then waits, until it closes the connection. */
function converse(port: number, act: (socket: Socket) => void): Promise<string> {
  return soon(
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => act(socket));
      const pieces: Buffer[] = [];
      socket.on("data", (piece: Buffer) => pieces.push(piece));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(Buffer.concat(pieces).toString()));
    }),
    "the gateway closes the connection",
  );
}

async function refused(limits: Partial<GatewayLimits>, act: (socket: Socket) => void): Promise<string> {
  await using server = await startFakeModelServer();
  // the fast path knows no limits for bodies on their way: it gives slow ones away
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })], limits, isFast: false });
  const said = await converse(rig.port, act);
  expect(server.received).toHaveLength(0);
  return said;
}

test.each<[string, Partial<GatewayLimits>, (socket: Socket) => void, string]>([
  [
    "that says it is too large is refused before it is sent",
    { maxBodyBytes: 1000 },
    (socket) => socket.write(`${head}content-length: 100000\r\n\r\n{`),
    "413",
  ],
  [
    "that grows too large without saying so is refused",
    { maxBodyBytes: 1000 },
    (socket) => socket.write(`${head}transfer-encoding: chunked\r\n\r\n800\r\n${"x".repeat(0x800)}\r\n`),
    "413",
  ],
  [
    "that pauses too long is refused",
    { bodyIdleMs: 40 },
    (socket) => socket.write(`${head}content-length: 9\r\n\r\n{`),
    "408",
  ],
  [
    "that never begins is refused",
    { bodyIdleMs: 40 },
    (socket) => socket.write(`${head}content-length: 9\r\n\r\n`),
    "408",
  ],
  [
    "that drips in too slowly is refused",
    { bodyIdleMs: 1000, bodyTotalMs: 120 },
    (socket) => {
      socket.write(`${head}content-length: 1000\r\n\r\n`);
      const drip = setInterval(() => socket.write(" "), 10);
      socket.on("close", () => clearInterval(drip));
    },
    "408",
  ],
])("a body %s, and the connection closed", async (_fact, limits, act, status) => {
  const said = await refused({ ...limits, lingerMs: 60 }, act);
  expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(said.toLowerCase()).toContain("connection: close");
  expect(said).toContain('"error":');
});

test("a client that sends all of a body that is too large still gets to read the refusal", async () => {
  await using rig = await startRig({ limits: { maxBodyBytes: 1000 } });
  const called = await call(rig.port, { bytes: Buffer.alloc(3_000_000, " ") });
  expect(called.status).toBe(413);
  expect(called.text).toContain("1000 bytes");
});

test("a small body behind a wrong key does not cost the connection", async () => {
  await using rig = await startRig();
  const said = await converse(rig.port, (socket) => {
    const wrong = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    socket.write(wrong);
    socket.write(`${wrong.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")}`);
  });
  expect(said.match(/HTTP\/1.1 401 /g)).toHaveLength(2);
});

test.each([
  ["compressed", { "content-encoding": "gzip" }, 415],
  ["a form with files", { "content-type": "multipart/form-data; boundary=x" }, 415],
  ["called a form, as curl does", { "content-type": "application/x-www-form-urlencoded" }, 200],
  ["called text", { "content-type": "text/plain" }, 200],
  ["called JSON with a charset", { "content-type": "application/json; charset=utf-8" }, 200],
])("a body that is %s", async (_fact, headers, status) => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  expect((await call(rig.port, { body: { model: "pilot" }, headers })).status).toBe(status);
  if (status === 200) expect(server.received[0]?.headers["content-type"]).toMatch(/^application\/json/);
});

test("requests sent ahead on one connection are answered in order", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const body = '{"model":"pilot"}';
  const said = await converse(rig.port, (socket) => {
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
    socket.write(`${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  expect(said.match(/HTTP\/1.1 200 /g)).toHaveLength(2);
});
