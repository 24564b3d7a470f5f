import type { ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { type FakeModelServer, startFakeModelServer } from "@berth/testing/fake-model-server";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keys, type Rig, soon, startRig, upstream } from "../gateway-rig.ts";

/** `BERTH_FUZZ_RUNS`: how often, for who has the time. */
const runs = Number(process.env["BERTH_FUZZ_RUNS"] ?? 25) * 32;

/** What no request begins with, and enough of it to fill any body that is waited for: every conversation ends. */
const filler = Buffer.alloc(72 * 1024);

interface Side extends AsyncDisposable {
  readonly rig: Rig;
  readonly upstream: FakeModelServer;
}

async function startSide(isFast: boolean): Promise<Side> {
  const model = await startFakeModelServer();
  const rig = await startRig({
    upstreams: [upstream({ url: model.url })],
    isFast,
    limits: { maxBodyBytes: 4_000, lingerMs: 20 },
  });
  answerBeforeRefusing(rig);
  return {
    rig,
    upstream: model,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await model.close();
    },
  };
}

/** What is no HTTP is refused when the requests before it have been answered, however much of it is there already. */
function answerBeforeRefusing({ server }: Rig): void {
  const open = new Set<ServerResponse>();
  const follow = (response: ServerResponse): void => {
    open.add(response);
    response.once("close", () => open.delete(response));
  };
  server.on("request", (_, response: ServerResponse) => follow(response));
  // as without a listener
  server.on("checkExpectation", (_, response: ServerResponse) => {
    follow(response);
    response.writeHead(417).end();
  });
  const refused = new WeakSet<object>();
  server.on("clientError", (_, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const refuse = (): void => {
      if (socket.destroyed || !socket.writable) return;
      if (open.size > 0) setImmediate(refuse);
      else socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    };
    refuse();
  });
}

/** What comes of these bytes: the statuses that their sender hears, and what the upstream is asked. */
async function effectOf({ rig, upstream: model }: Side, pieces: readonly Buffer[]) {
  const before = model.received.length;
  const heard = await converse(rig, pieces);
  expect(rig.reported).toEqual([]);
  return {
    // of requests sent ahead, node:http puts the 100 now before the answer's head, now behind it
    statuses: Array.from(heard.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g), ([, status]) => status),
    asked: model.received
      .slice(before)
      .map(({ method, url, headers, body }) => {
        const { "x-request-id": _id, host: _host, ...others } = headers;
        return JSON.stringify([method, url, others, body.toString("latin1")]);
      })
      .toSorted(),
  };
}

function converse({ server, port }: Rig, pieces: readonly Buffer[]): Promise<string> {
  const { promise: accepted, resolve: accept } = Promise.withResolvers<Socket>();
  server.once("connection", accept);
  return soon(
    new Promise((resolve) => {
      const heard: Buffer[] = [];
      const client = connect({ port, host: "127.0.0.1", noDelay: true });
      client.on("data", (piece: Buffer) => heard.push(piece));
      client.on("error", () => undefined);
      client.on("close", () => resolve(Buffer.concat(heard).toString("latin1")));
      void accepted.then((socket) => send(client, socket, [...pieces, filler]));
    }),
    "the conversation ends",
    10_000,
  );
}

/** Each piece when the one before it has been read, or is left unread for good. */
async function send(client: Socket, socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  let sent = 0;
  for (const piece of pieces) {
    client.write(piece);
    sent += piece.length;
    for (let turns = 0; turns < 10 && socket.bytesRead < sent; turns += 1)
      await new Promise((turn) => setImmediate(turn));
  }
}

const bodies = [
  '{"model":"pilot","messages":[{"role":"user","content":"Hi"}]}',
  '{"model":"pilot","messages":[{"role":"user","content":"POST /v1/x HTTP/1.1\\r\\n"}]}',
  '{"model":"pilox","messages":[]}',
  "{}",
  "",
];
const targets = [
  "/v1/chat/completions",
  "/v1/chat/completions?a=b#c",
  "/v1/models",
  "//v1",
  "/é",
  "http://x/v1/chat/completions",
  "*",
];
const lines = [
  "transfer-encoding: chunked",
  "Transfer-Encoding : chunked",
  "content-length: 0",
  "content-length: +1",
  "content-length: 0x10",
  "content-length: 1, 1",
  "connection: close",
  "connection: keep-alive, x",
  // with `connection: upgrade` node:http would read nothing behind it, and wait
  "upgrade: h2c",
  "expect: 100-continue",
  "expect: x",
  "te: trailers",
  "trailer: x",
  "host: y",
  "x-request-id: one",
  "user-agent: ä\xa0",
  "accept:\t a \t",
  "content-type: application/x; a=\x80\xff",
  "content-encoding: gzip",
  " folded",
  "keep-alive: 300",
  "traceparent: 1\nx: y",
  `x: ${"y".repeat(20_000)}`,
];
/** What readers of HTTP have ever quarrelled about. */
const bits = [
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  " ",
  "\t",
  "\0",
  "\v",
  "\f",
  "\x7f",
  "\x85",
  "\xa0",
  "\xff",
  ":",
  ",",
  ";",
  "0",
  "1",
  "9",
  "-",
  "a",
  "/",
  "#",
  "HTTP/1.1",
  "HTTP/1.0",
  "POST ",
  "GET ",
  "0\r\n\r\n",
  "chunked",
  "close",
];

const request = fc
  .record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant("POST") },
      fc.constantFrom("GET", "post", "OPTIONS"),
    ),
    target: fc.oneof({ weight: 9, arbitrary: fc.constant(targets[0]!) }, fc.constantFrom(...targets)),
    version: fc.oneof({ weight: 9, arbitrary: fc.constant("1.1") }, fc.constantFrom("1.0", "1.2")),
    more: fc.array(fc.constantFrom(...lines), { maxLength: 2 }),
    body: fc.constantFrom(...bodies),
    isLast: fc.boolean(),
    off: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(1, -1, 7)),
    tail: fc.oneof({ weight: 9, arbitrary: fc.constant("") }, fc.constantFrom(...bits)),
  })
  .map(({ method, target, version, more, body, isLast, off, tail }) => {
    const length = Math.max(0, Buffer.byteLength(body) + off);
    const head = [
      `${method} ${target} HTTP/${version}`,
      "Host: x",
      `Authorization: Bearer ${keys.any}`,
      ...more,
      ...(isLast ? ["Connection: close"] : []),
      `Content-Length: ${length}${tail}`,
    ];
    return `${head.join("\r\n")}\r\n\r\n${body}`;
  });

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.constantFrom(0, 0, 1, 2, 9),
  put: fc.oneof(
    fc.constantFrom("", ...bits),
    fc.nat(255).map((code) => String.fromCharCode(code)),
  ),
});

const conversation = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 3 }),
    changes: fc.array(change, { maxLength: 2 }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  })
  .map(({ requests, changes, cuts }) => {
    const text = changes.reduce((before, { at, drop, put }) => {
      const place = Math.floor(at * before.length);
      return before.slice(0, place) + put + before.slice(place + drop);
    }, requests.join(""));
    const bytes = Buffer.from(text, "latin1");
    const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].toSorted(
      (a, b) => a - b,
    );
    return ends
      .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
      .filter(({ length }) => length > 0);
  });

test(
  "whatever bytes come, however cut, they are read as node:http reads them",
  { timeout: 3_600_000 },
  async () => {
    await using fast = await startSide(true);
    await using usual = await startSide(false);
    await fc.assert(
      fc.asyncProperty(conversation, async (pieces) => {
        expect(await effectOf(fast, pieces)).toEqual(await effectOf(usual, pieces));
      }),
      { numRuns: runs },
    );
  },
);
