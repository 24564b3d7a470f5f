import { startFakeModelServer } from "@berth/testing/fake-model-server";
import fc from "fast-check";
import { expect, test } from "vitest";
import { call, soon, startRig, upstream } from "../gateway-rig.ts";

/** `BERTH_FUZZ_RUNS`: how often, for who has the time. */
const runs = Number(process.env["BERTH_FUZZ_RUNS"] ?? 25) * 8;

/** What a client hears when the upstream answers with these bytes, and then closes. */
async function heardOf(isFast: boolean, stream: boolean, bytes: Buffer) {
  await using model = await startFakeModelServer({ script: () => [{ do: "raw", bytes }] });
  await using rig = await startRig({ isFast, limits: { lingerMs: 20 } });
  rig.routes.route("pilot", [upstream({ url: model.url })], { retries: 0 });
  const called = await soon(
    call(rig.port, { body: { model: "pilot", stream, messages: [] } }).catch(() => undefined),
    "an end",
  );
  expect(rig.reported).toEqual([]);
  if (called === undefined) return undefined;
  const { date: _date, "x-berth-timing": _timing, "keep-alive": _kept, ...headers } = called.headers;
  return { ...called, bytes: undefined, headers };
}

const lines = [
  "content-type: application/json",
  "content-type: text/event-stream",
  "content-length: 0",
  "content-length: 2",
  "content-length: 5",
  "transfer-encoding: chunked",
  "connection: close",
  "connection: keep-alive, x-hop",
  "x-hop: a",
  "keep-alive: timeout=9",
  "date: Sun, 29 Nov 2026 00:00:00 GMT",
  "date: never",
  // and no letters beyond ASCII: node:http writes them in Latin-1 or in UTF-8, by how it came to write the head
  "server: x",
  "set-cookie: a=b",
  "x-request-id: theirs",
  "trailer: x",
  "upgrade: h2c",
  "content-encoding: gzip",
  'etag: "x"',
  "retry-after: 1",
  "x-empty:",
  "__proto__: a",
  "x: a\rb",
  "x: a\nset-cookie: b=c",
  "x: \x7f",
];
const bodies = [
  "",
  "{}",
  "hello",
  "2\r\n{}\r\n0\r\n\r\n",
  "2\r\n{}\r\n0\r\nx: y\r\n\r\n",
  "2\r\n{}\r\n",
  "data: {}\n\ndata: [DONE]\n\n",
  "data: {}\n\n",
  "1a\r\ndata: {}\n\ndata: [DONE]\n\n\r\n0\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
  "Ä".repeat(40_000),
];

const answer = fc
  .record({
    status: fc.oneof(
      { weight: 4, arbitrary: fc.constant("200 OK") },
      fc.constantFrom("201", "204 No Content", "205 Reset", "206 x", "299 ", "302 Found", "304 Not Modified"),
      fc.constantFrom(
        "100 Continue",
        "101 x",
        "400 Bad",
        "401 No",
        "404 x",
        "429 x",
        "500 x",
        "503 x",
        "999 ?",
      ),
    ),
    more: fc.array(fc.constantFrom(...lines), { maxLength: 4 }),
    body: fc.constantFrom(...bodies),
  })
  .map(({ status, more, body }) =>
    Buffer.from([`HTTP/1.1 ${status}`, ...more, "", body].join("\r\n"), "latin1"),
  );

/** Its good part and what breaks it come in one piece. */
const brokenAtOnce = Buffer.from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}oops\r\n");

test("whatever an upstream answers is passed on as by node:http", { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), answer, async (stream, bytes) => {
      expect(await heardOf(true, stream, bytes)).toEqual(await heardOf(false, stream, bytes));
    }),
    { numRuns: runs, examples: [[false, brokenAtOnce]] },
  );
});
