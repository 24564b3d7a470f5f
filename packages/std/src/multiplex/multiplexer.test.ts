import { type Duplex, PassThrough, Transform } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { windowBytes } from "./channel.ts";
import { encodeFrame } from "./frames.ts";
import { maxChannels, Multiplexer } from "./multiplexer.ts";

/** Two ends; what `accept` does is done at the far one. */
function pair(accept: (name: string, channel: Duplex) => void, there: Duplex = new PassThrough()) {
  const back = new PassThrough();
  const near = new Multiplexer({ input: back, output: there });
  const far = new Multiplexer({ input: there, output: back, accept });
  return { near, far, there, back };
}

const echo = (_name: string, channel: Duplex): void => void channel.pipe(channel);
const much = Buffer.alloc(3_000_000, "0123456789abcdef!");

async function settled(): Promise<void> {
  for (let round = 0; round < 50; round++) await nextTurn();
}

test("hundreds of connections carry their own bytes, all at once", async () => {
  const { near } = pair(echo);
  const heard = await Promise.all(
    Array.from({ length: 300 }, (_, index) => {
      const channel = near.open("echo");
      const said = much.subarray(0, 1 + ((index * 7919) % 100_000));
      channel.end(said);
      return buffer(channel).then((all) => all.equals(said));
    }),
  );
  expect(heard.every(Boolean)).toBe(true);
});

test("more than any window goes through, whole", async () => {
  const { near } = pair(echo);
  const channel = near.open("echo");
  channel.end(much);
  expect((await buffer(channel)).equals(much)).toBe(true);
});

test("a reader that does not read holds up nobody else, and costs a window", async () => {
  const stalled: Duplex[] = [];
  const { near, there } = pair((name, channel) =>
    name === "stall" ? stalled.push(channel) : echo(name, channel),
  );
  const slow = near.open("stall");
  let sent = 0;
  there.on("data", (chunk: Buffer) => (sent += chunk.length));
  slow.end(much);
  await settled();
  expect(sent).toBeLessThan(windowBytes + 1000);
  const channel = near.open("echo");
  channel.end(much);
  expect((await buffer(channel)).equals(much)).toBe(true);
  // and it goes on where it was
  const [late] = stalled;
  expect((await buffer(late as Duplex)).equals(much)).toBe(true);
});

test("one that says much lets those in between who say little", async () => {
  const order: string[] = [];
  const slowly = new Transform({
    transform: (chunk, _encoding, done) => void setImmediate(done, null, chunk),
  });
  const { near } = pair((name, channel) => {
    channel.resume().once("end", () => order.push(name));
  }, slowly);
  near.open("long").end(much);
  near.open("short").end("hello");
  await expect.poll(() => order).toEqual(["short", "long"]);
});

test("an end in one direction leaves the other open", async () => {
  const { near } = pair((_name, channel) => {
    void text(channel).then((question) => channel.end(`you said ${question}`));
  });
  const channel = near.open("ask");
  channel.end("hello");
  expect(await text(channel)).toBe("you said hello");
});

test("who answers before it has heard all is heard to the end", async () => {
  const { near } = pair((_name, channel) => {
    channel.once("data", () => {
      channel.end("too much");
      channel.once("finish", () => nextTurn().then(() => channel.destroy()));
    });
  });
  const channel = near.open("refuse");
  channel.end(much);
  expect(await text(channel)).toBe("too much");
});

test("what breaks on one side breaks on the other, and nowhere else", async () => {
  const { near } = pair((name, channel) => (name === "no" ? channel.destroy() : echo(name, channel)));
  const [broken, whole] = [near.open("no"), near.open("echo")];
  await new Promise((resolve) => broken.once("close", resolve));
  expect(broken.errored?.message).toBe("the other side has closed the connection");
  whole.end("hello");
  expect(await text(whole)).toBe("hello");
});

test("a connection that its caller drops is dropped there", async () => {
  const dropped = Promise.withResolvers<void>();
  const { near } = pair((_name, channel) => void channel.once("close", () => dropped.resolve()).resume());
  const channel = near.open("x");
  channel.write("hello");
  await settled();
  channel.destroy();
  await dropped.promise;
});

test("with the pipes every connection goes, on both sides, and no other is opened", async () => {
  const there: Duplex[] = [];
  const { near, far, there: pipe } = pair((_name, channel) => void there.push(channel.resume()));
  const channels = [near.open("a"), near.open("b")];
  await settled();
  pipe.destroy();
  await Promise.all([near.ended, far.ended]);
  expect([...channels, ...there].map((channel) => channel.destroyed)).toEqual([true, true, true, true]);
  expect(() => near.open("c")).toThrow("the pipes are gone");
});

test("what is no frame ends it", async () => {
  const { near, back } = pair(echo);
  const channel = near.open("echo");
  back.write("Welcome to the cluster!\n");
  expect(await near.ended).toMatchObject({ message: "what arrived is no frame" });
  expect(channel.destroyed).toBe(true);
});

test("one that sends more than it may is not listened to any more", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const far = new Multiplexer({ input, output: output.resume(), accept: () => undefined });
  input.write(encodeFrame({ kind: "open", id: 1, name: "x" }));
  for (let sent = 0; sent <= windowBytes; sent += 32_768)
    input.write(encodeFrame({ kind: "data", id: 1, bytes: Buffer.alloc(32_768) }));
  expect(await far.ended).toMatchObject({ message: "the other side sends more than it may" });
});

test("a window of the smallest pieces arrives whole, and empty ones count for nothing", async () => {
  const input = new PassThrough();
  const channels: Duplex[] = [];
  const accept = (_name: string, channel: Duplex): void => void channels.push(channel);
  const far = new Multiplexer({ input, output: new PassThrough().resume(), accept });
  input.write(encodeFrame({ kind: "open", id: 1, name: "x" }));
  for (let sent = 0; sent < 5_000; sent += 1) {
    input.write(encodeFrame({ kind: "data", id: 1, bytes: Buffer.from([sent % 256]) }));
    input.write(encodeFrame({ kind: "data", id: 1, bytes: Buffer.alloc(0) }));
  }
  input.write(encodeFrame({ kind: "end", id: 1 }));
  await settled();
  const [channel] = channels;
  channel?.end();
  const whole = Buffer.from(Array.from({ length: 5_000 }, (_, sent) => sent % 256));
  expect(channel && (await buffer(channel)).equals(whole)).toBe(true);
  input.end();
  await far.ended;
});

test("there is an end to how many there may be", () => {
  const { near } = pair(echo);
  for (let opened = 0; opened < maxChannels; opened++) near.open("echo");
  expect(() => near.open("echo")).toThrow(`there are ${maxChannels} connections already`);
});
