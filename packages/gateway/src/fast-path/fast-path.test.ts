import { connect, type Socket } from "node:net";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatChunk, eventStreamHead } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { keys, soon, startRig, upstream } from "../gateway-rig.ts";

const key = `authorization: Bearer ${keys.any}\r\n`;
const body = '{"model":"pilot","messages":[{"role":"user","content":"Ä"}]}';
const bodyBytes = Buffer.byteLength(body);
const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${key}`;
const plain = `${head}content-length: ${bodyBytes}\r\n\r\n${body}`;
const last = `${head}connection: close\r\ncontent-length: ${bodyBytes}\r\n\r\n${body}`;
const models = `GET /v1/models HTTP/1.1\r\nhost: x\r\n${key}\r\n`;

/** All that a client hears that sends these pieces, each when the one before is through, until the connection ends. */
function converse(port: number, pieces: readonly (string | Buffer)[]): Promise<string> {
  return soon(
    new Promise((resolve) => {
      const heard: Buffer[] = [];
      const socket = connect(port, "127.0.0.1", () => void send(socket, pieces));
      socket.on("data", (piece: Buffer) => heard.push(piece));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(Buffer.concat(heard).toString()));
    }),
    "the connection ends",
    // byte after byte takes a second where nothing else does
    20_000,
  );
}

async function send(socket: Socket, pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise((sent) => socket.write(piece, sent));
    await new Promise((turn) => setTimeout(turn, 2));
  }
}

async function heardFrom(isFast: boolean, pieces: readonly (string | Buffer)[]): Promise<string> {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })], isFast });
  const heard = await converse(rig.port, pieces);
  expect(rig.reported).toEqual([]);
  expect(rig.gateway.inFlight).toBe(0);
  return heard;
}

/** Without what differs from one time to the next, and from one server to the other without meaning anything. */
function essence(heard: string): readonly string[] {
  return heard
    .split("\r\n")
    .map((line) => (/^[\w-]+: /.test(line) ? line.toLowerCase() : line))
    .map((line) => line.replace(/^(date|x-request-id|x-berth-timing): .*/, "$1"))
    .filter((line) => !line.startsWith("keep-alive: "))
    .toSorted();
}

test.each<[fact: string, pieces: (string | Buffer)[]]>([
  ["one plain request", [last]],
  ["two, one after the other", [plain, last]],
  ["two at once", [plain + last]],
  ["one and a half at once, and the rest", [plain + last.slice(0, 30), last.slice(30)]],
  ["a head, then its body", [last.slice(0, -bodyBytes + 1), Buffer.from(body)]],
  ["a head in two", [last.slice(0, 20), last.slice(20)]],
  ["byte after byte", Array.from(Buffer.from(last), (byte) => Buffer.from([byte]))],
  ["a body in three", [last.slice(0, -40), last.slice(-40, -10), last.slice(-10)]],
  ["another sort first", [models, last]],
  ["another sort in between", [plain, models, last]],
  ["another sort behind, at once", [plain + models + last]],
  ["a wrong key", [last.replace(keys.any, "sk-berth-wrong")]],
  ["a model that is not there", [last.replace("pilot", "pilox")]],
  ["a body that is no JSON", [last.replace('{"model"', '["model"')]],
  ["no body", [`${head}connection: close\r\ncontent-length: 0\r\n\r\n`]],
  ["a large body", [largeRequest(200_000)]],
  ["two lengths", [`${head}content-length: 2\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{}`]],
  ["a length and chunks", [`${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`]],
  ["chunks", [chunked()]],
  ["a folded header", [`${head}x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}`]],
  ["a lone LF", [`${head}x: a\ny: b\r\ncontent-length: 2\r\n\r\n{}`]],
  ["no host", [last.replace("host: x\r\n", "")]],
  ["no HTTP", ["hello\r\n\r\n"]],
  [
    "a no-break space behind a length",
    [Buffer.from(last.replace(/\r\n\r\n[^]*/, "\xa0\r\n\r\n"), "latin1"), body],
  ],
])("%s: the answers are node:http's", async (_fact, pieces) => {
  expect(essence(await heardFrom(true, pieces))).toEqual(essence(await heardFrom(false, pieces)));
});

function largeRequest(size: number): string {
  const large = body.replace("Ä", "x".repeat(size));
  return `${head}connection: close\r\ncontent-length: ${large.length}\r\n\r\n${large}`;
}

function chunked(): string {
  return `${head}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${bodyBytes.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

test("a stream's events come as they are written, and the connection carries the next request", async () => {
  const script = [
    eventStreamHead,
    { do: "write", bytes: chatChunk({ content: "Ä".repeat(20_000) }) },
    { do: "write", bytes: "data: [DONE]\n\n" },
    { do: "end" },
  ] as const;
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const stream = body.replace("{", '{"stream":true,');
  const request = (connection: string): string =>
    `${head}connection: ${connection}\r\ncontent-length: ${Buffer.byteLength(stream)}\r\n\r\n${stream}`;
  const heard = await converse(rig.port, [request("keep-alive") + request("close")]);
  expect(heard.match(/transfer-encoding: chunked/g)).toHaveLength(2);
  expect(heard.match(/Ä{20000}/g)).toHaveLength(2);
  expect(heard.match(/data: \[DONE\]\n\n\r\n0\r\n\r\n/g)).toHaveLength(2);
});

test("a client that says it will send no more is not answered: so it is with node:http", async () => {
  await using server = await startFakeModelServer({ script: () => [{ do: "stall" }] });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const socket = connect({ port: rig.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.resume();
  socket.end(plain);
  await soon(new Promise((resolve) => socket.on("close", resolve)), "the connection ends");
  expect(rig.gateway.inFlight).toBe(0);
});
