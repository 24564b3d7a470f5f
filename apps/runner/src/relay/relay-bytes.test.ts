import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { relayBytes } from "./relay-bytes.ts";

async function listening(onSocket: (socket: Socket) => void): Promise<Server & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, onSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

test("megabytes go both ways whole, and an end on one side is passed on", async () => {
  await using server = await listening((socket) => socket.pipe(socket));
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ended = relayBytes({ host: "127.0.0.1", port: portOf(server) }, input, output);
  const sent = Buffer.alloc(5_000_000, "berth ");
  input.end(sent);
  expect((await buffer(output)).equals(sent)).toBe(true);
  expect(await ended).toBe(0);
});

test("where nothing listens, it ends with 1", async () => {
  const server = await listening(() => undefined);
  const port = portOf(server);
  await server[Symbol.asyncDispose]();
  expect(await relayBytes({ host: "127.0.0.1", port }, new PassThrough(), new PassThrough())).toBe(1);
});

test("a far end that breaks ends it", async () => {
  await using server = await listening((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  const input = new PassThrough();
  input.write("x");
  const output = new PassThrough();
  output.resume();
  expect(await relayBytes({ host: "127.0.0.1", port: portOf(server) }, input, output)).toBe(0);
});
