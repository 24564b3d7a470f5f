import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { systemClock } from "@berth/std/clock";
import { Multiplexer } from "@berth/std/multiplex/multiplexer";
import { expect, test } from "vitest";
import { serveRelay } from "./serve-relay.ts";

async function listening(
  onSocket: (socket: Socket) => void,
): Promise<Server & AsyncDisposable & { readonly name: string }> {
  const server = createServer({ allowHalfOpen: true }, onSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(server, { name: `127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function relay(clock = systemClock) {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const ended = serveRelay(there, back, clock);
  return { there, ended, connections: new Multiplexer({ input: back, output: there }) };
}

const closed = (channel: Duplex): Promise<unknown> =>
  new Promise((resolve) => channel.on("error", () => undefined).once("close", resolve));

test("megabytes go both ways whole, on many connections at once, and an end on one side is passed on", async () => {
  await using server = await listening((socket) => socket.pipe(socket));
  const { connections, there, ended } = relay();
  const sent = Buffer.alloc(1_000_000, "berth ");
  const heard = await Promise.all(
    Array.from({ length: 20 }, () => {
      const channel = connections.open(server.name);
      channel.end(sent);
      return buffer(channel);
    }),
  );
  expect(heard.every((all) => all.equals(sent))).toBe(true);
  there.end();
  expect(await ended).toBe(0);
});

test("a caller that has said all still hears the answer", async () => {
  await using server = await listening((socket) => {
    void text(socket).then((question) => socket.end(`you said ${question}`));
  });
  const channel = relay().connections.open(server.name);
  channel.end("hello");
  expect(await text(channel)).toBe("you said hello");
});

test("where nothing listens, or no such host is, the connection breaks, and others do not", async () => {
  await using server = await listening((socket) => socket.pipe(socket));
  const gone = await listening(() => undefined);
  await gone[Symbol.asyncDispose]();
  const { connections } = relay();
  const echo = connections.open(server.name);
  await Promise.all(
    [gone.name, "no-such-host.invalid:80", "nonsense"].map((name) => closed(connections.open(name))),
  );
  echo.end("hello");
  expect(await text(echo)).toBe("hello");
});

test("a far end that breaks breaks its connection", async () => {
  await using server = await listening((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  const channel = relay().connections.open(server.name);
  channel.write("x");
  await closed(channel);
});

test("with its input it ends, and hangs up everywhere", async () => {
  const hungUp = Promise.withResolvers<void>();
  await using server = await listening((socket) => {
    socket.resume().once("end", () => {
      socket.end();
      hungUp.resolve();
    });
    socket.write("hello");
  });
  const { connections, there, ended } = relay();
  const channel = connections.open(server.name);
  channel.on("error", () => undefined);
  await once(channel, "data");
  there.end();
  expect(await ended).toBe(0);
  await hungUp.promise;
});

test("who is not heard for minutes has gone", async () => {
  let now = 0;
  const clock = {
    ...systemClock,
    monotonic: () => now,
    sleep: async (ms: number) => {
      await systemClock.sleep(1);
      now += ms;
    },
  };
  expect(await relay(clock).ended).toBe(0);
  expect(now).toBeGreaterThan(5 * 60_000);
});
