import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { FakeClock } from "@berth/std/clock";
import { Multiplexer } from "@berth/std/multiplex/multiplexer";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HostRelay } from "./host-relay.ts";
import { listenForRelay, type RelayListener } from "./relay-listener.ts";

const never = new AbortController().signal;
const target = { host: "c1", port: 4000 };
const program = async () => ["/home/me/.berth/node", "runner.mjs"];

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "berth-host-relay-"))));
afterEach(() => rmSync(dir, { recursive: true }));

/** A host whose relay carries connections to an echo, but for what `far` does with the name. */
function host(clock = new FakeClock()) {
  const scripts: string[] = [];
  const names: string[] = [];
  const far: Multiplexer[] = [];
  const relay = new HostRelay({
    clock,
    stream: async (script, signal) => {
      scripts.push(script);
      const [stdin, stdout] = [new PassThrough(), new PassThrough()];
      const connections = new Multiplexer({
        input: stdin,
        output: stdout,
        accept: (name, channel) => {
          names.push(name);
          channel.pipe(channel);
        },
      });
      far.push(connections);
      signal.addEventListener("abort", () => connections.close());
      return { stdin, stdout, ended: connections.ended.then(() => ({ exitCode: 0, stderr: "" })) };
    },
  });
  return { relay, scripts, names, far, clock };
}

test("one process carries all connections", async () => {
  const { relay, scripts, names } = host();
  const heard = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const connection = await relay.connect({ host: "c1", port: 4000 + index }, program, never);
      connection.end(`${index}`);
      return text(connection);
    }),
  );
  expect(heard).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
  expect(names.length).toBe(100);
  expect(names).toContain("c1:4099");
  expect(scripts).toEqual(["exec /home/me/.berth/node runner.mjs relay"]);
});

test("one that is lost breaks its connections, and the next one starts another", async () => {
  const { relay, scripts, far, clock } = host();
  const connection = await relay.connect(target, program, never);
  connection.on("error", () => undefined);
  const broken = new Promise((resolve) => connection.once("close", resolve));
  far[0]?.close();
  await broken;
  await clock.advance(2_000);
  const next = await relay.connect(target, program, never);
  next.end("hello");
  expect(await text(next)).toBe("hello");
  expect(scripts.length).toBe(2);
});

test("one that dies at once is not started all the time", async () => {
  const { relay, scripts, far, clock } = host();
  const starts: number[] = [];
  for (let round = 1; round <= 3; round++) {
    const connecting = relay.connect(target, program, never);
    await clock.advance(100);
    starts.push(scripts.length);
    await clock.advance(1_500);
    (await connecting).on("error", () => undefined);
    far.at(-1)?.close();
    await clock.advance(0);
  }
  expect([starts, scripts.length]).toEqual([[1, 1, 2], 3]);
});

test("what stands in the way is told, and tried again by the next", async () => {
  const { relay, clock } = host();
  const failing = async (): Promise<never> => {
    throw new Error("the disk is full");
  };
  await expect(relay.connect(target, failing, never)).rejects.toThrow("the disk is full");
  await clock.advance(2_000);
  const connection = await relay.connect(target, program, never);
  connection.end("hello");
  expect(await text(connection)).toBe("hello");
});

test("at its end the process ends, and every connection", async () => {
  const { relay, far } = host();
  const connection = await relay.connect(target, program, never);
  connection.on("error", () => undefined);
  const closed = new Promise((resolve) => connection.once("close", resolve));
  relay.end();
  await closed;
  await far[0]?.ended;
});

test("a caller that has gone does not wait, and what it waited for goes on", async () => {
  const { relay, scripts } = host();
  const gone = new AbortController();
  const starting = Promise.withResolvers<readonly string[]>();
  const waiting = relay.connect(target, () => starting.promise, gone.signal);
  const other = relay.connect(target, program, never);
  gone.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  starting.resolve(["node"]);
  (await other).destroy();
  expect(scripts).toEqual(["exec node relay"]);
});

/** What the gateway and probes see of it: sockets. */
async function listening(relay: HostRelay): Promise<{ listener: RelayListener; open: () => Socket }> {
  const path = join(dir, "s");
  const listener = await listenForRelay(path, async () => {
    const connection = await relay.connect(target, program, never);
    return { readable: connection, writable: connection };
  });
  return { listener, open: () => connect({ path, allowHalfOpen: true }) };
}

test("sockets get through it whole, and a caller that has said all hears the answer", async () => {
  const { relay } = host();
  const { listener, open } = await listening(relay);
  const said = Buffer.alloc(2_000_000, "berth");
  const heard = await Promise.all(
    Array.from({ length: 10 }, () => {
      const socket = open();
      socket.end(said);
      return buffer(socket);
    }),
  );
  expect(heard.every((all) => all.equals(said))).toBe(true);
  await listener.close();
});

test("a relay that is lost breaks the sockets that it carries", async () => {
  const { relay, far } = host();
  const { listener, open } = await listening(relay);
  const socket = open();
  socket.on("error", () => undefined);
  socket.write("hello");
  await once(socket, "data");
  const over = once(socket, "end");
  far[0]?.close();
  await over;
  socket.end();
  await listener.close();
});

test("one that cannot run is told in its own words, until another one answers", async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<{ exitCode: number; stderr: string }>();
  const streams = [
    { stdin: new PassThrough(), stdout: new PassThrough(), ended },
    { stdin: new PassThrough(), stdout: new PassThrough(), ended: new Promise<never>(() => undefined) },
  ];
  const clock = new FakeClock();
  const relay = new HostRelay({
    clock,
    stream: async () => streams.shift() ?? Promise.reject(new Error("no more")),
  });
  const [first, second] = [...streams];
  const connection = await relay.connect(target, program, never);
  connection.on("error", () => undefined);
  const broken = new Promise((resolve) => connection.once("close", resolve));
  end({ exitCode: 127, stderr: "node: not found\n" });
  await broken;
  expect(first?.stdin.writableEnded).toBe(true);
  expect(relay.trouble).toBe("the relay on the login node ended with 127: node: not found");
  await clock.advance(2_000);
  await relay.connect(target, program, never);
  expect(relay.trouble).toContain("127");
  second?.stdout.write(Buffer.from([0]));
  await vi.waitFor(() => expect(relay.trouble).toBeUndefined());
  relay.end();
});
