import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { eventually, soon } from "../gateway-rig.ts";
import { FastConnection, type FastConnectionOptions } from "./fast-connection.ts";
import { takeFastPath } from "./fast-path.ts";
import type { FastResponse } from "./fast-response.ts";

const request = (bodyBytes: number, more = ""): string =>
  `POST /x HTTP/1.1\r\nhost: x\r\n${more}content-length: ${bodyBytes}\r\n\r\n`;

interface Given {
  readonly socket: Socket;
  readonly bytes: Buffer;
}

/** One connection, its client's end of it, and what it has given away. */
async function connected(changes: Partial<FastConnectionOptions> = {}) {
  const { promise, resolve } = Promise.withResolvers<{ connection: FastConnection; socket: Socket }>();
  const given: Given[] = [];
  const closed: FastConnection[] = [];
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new FastConnection({
      socket,
      takes: () => true,
      handle: () => undefined,
      keepAliveSeconds: 65,
      onOther: (other, bytes) => void given.push({ socket: other, bytes }),
      onClose: (one) => void closed.push(one),
      ...changes,
    });
    resolve({ connection, socket });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
  client.on("error", () => undefined);
  const { connection, socket } = await promise;
  return {
    client,
    connection,
    socket,
    given,
    closed,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      socket.destroy();
      await new Promise((ended) => server.close(ended));
    },
  };
}

/** Answers that no kernel holds for a client that does not read. */
const hugeBytes = 48 * 1024 * 1024;

function answerHuge(response: FastResponse): void {
  response.writeHead(200, ["content-length", String(hugeBytes)]);
  response.end(Buffer.alloc(hugeBytes));
}

test("a body that comes by drops is given away, however steadily they fall", async () => {
  await using rig = await connected();
  rig.client.write(request(1_000));
  for (let drops = 1; drops <= 2; drops += 1) {
    rig.client.write("x");
    const bytes = request(1_000).length + drops;
    await eventually(() => rig.socket.bytesRead === bytes, "the drop has fallen");
    rig.connection.sweep(13);
  }
  expect(rig.given.map(({ bytes }) => bytes.toString())).toEqual([`${request(1_000)}xx`]);
});

test("an answer that its client has not taken yet keeps the connection from being idle", async () => {
  await using rig = await connected({ handle: (_, response) => answerHuge(response) });
  rig.client.pause();
  rig.client.write(request(0));
  await eventually(() => rig.socket.bytesWritten > hugeBytes, "it is answered");
  for (let sweeps = 0; sweeps < 20; sweeps += 1) rig.connection.sweep(13);
  expect(rig.connection.isIdle).toBe(false);
  expect(rig.socket.destroyed).toBe(false);
  rig.client.resume();
  await eventually(() => rig.client.bytesRead > hugeBytes, "it is taken", 20_000);
  await eventually(() => rig.connection.isIdle, "it is idle");
});

test.each(["", "connection: close\r\n"])(
  "a client that takes nothing of its answer is not waited for without end (%j)",
  async (more) => {
    await using rig = await connected({
      handle: (_, response) => answerHuge(response),
      stallSeconds: 0.05,
    });
    rig.client.pause();
    rig.client.write(request(0, more));
    await eventually(() => rig.closed.length === 1, "it is closed");
    expect(rig.socket.destroyed).toBe(true);
  },
);

test("requests sent ahead are left alone until the answers before them are taken", async () => {
  const count = 3;
  let asked = 0;
  await using rig = await connected({
    handle: (_, response) => {
      asked += 1;
      answerHuge(response);
    },
  });
  rig.client.pause();
  rig.client.write(request(0).repeat(count));
  await eventually(() => rig.socket.bytesWritten > hugeBytes, "the first is answered");
  for (let turns = 0; turns < 100; turns += 1) await new Promise((turn) => setImmediate(turn));
  expect(asked).toBe(1);
  rig.client.resume();
  await eventually(() => rig.client.bytesRead > count * hugeBytes, "all are answered", 20_000);
});

test("what is sent behind a last request is not read as another", async () => {
  const asked: string[] = [];
  await using rig = await connected({
    handle: (one, response) => {
      asked.push(one.wholeBody.toString());
      response.writeHead(200, ["content-length", "2"]);
      response.end("ok");
    },
  });
  const heard: Buffer[] = [];
  rig.client.on("data", (piece: Buffer) => heard.push(piece));
  rig.client.write(`${request(1, "connection: close\r\n")}a${request(1)}b${request(1)}c`);
  await soon(new Promise((ended) => rig.client.once("close", ended)), "the connection ends");
  expect(asked).toEqual(["a"]);
  expect(Buffer.concat(heard).toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nok$/);
});

test("a header that would end its line is refused before anything is written", async () => {
  const { promise, resolve } = Promise.withResolvers<FastResponse>();
  await using rig = await connected({ handle: (_, response) => resolve(response) });
  rig.client.write(request(0));
  const response = await promise;
  expect(() => response.writeHead(200, ["x", "a\r\nset-cookie: b"])).toThrow(TypeError);
  expect(response.headersSent).toBe(false);
  response.writeHead(500, ["content-length", "0"]);
  response.end();
  const [heard] = await soon(
    new Promise<Buffer[]>((come) => rig.client.once("data", (piece: Buffer) => come([piece]))),
    "an answer",
  );
  expect(heard?.toString()).toMatch(/^HTTP\/1.1 500 /);
});

test("closing what is idle breaks no answer off", async () => {
  const server = createServer();
  const fast = takeFastPath(server, {
    takes: () => true,
    handle: (_, response) => answerHuge(response),
    keepAliveSeconds: 65,
  });
  const { promise, resolve } = Promise.withResolvers<Socket>();
  server.on("connection", resolve);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  client.write(request(0));
  const socket = await promise;
  await eventually(() => socket.bytesWritten > hugeBytes, "it is answered");
  fast.closeIdleConnections();
  client.resume();
  await eventually(() => client.bytesRead > hugeBytes, "it is taken", 20_000);
  fast.closeAllConnections();
  await new Promise((ended) => server.close(ended));
});
