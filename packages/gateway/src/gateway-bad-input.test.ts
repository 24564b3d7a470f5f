import fc from "fast-check";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { expect, test } from "vitest";
import { call, soon, startRig, upstream } from "./gateway-rig.ts";

const paths = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/rerank",
  "/v1/models",
  "/v1/models/x",
  "/v1/audio/transcriptions",
  "/transcribe",
  "/tokenize",
];

const anything = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
  fc.json().chain((text) => fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end)))),
  fc
    .record(
      { model: fc.oneof(fc.jsonValue(), fc.constant("pilot")), stream: fc.jsonValue() },
      { requiredKeys: [] },
    )
    .map((value) => Buffer.from(JSON.stringify(value))),
);

test("no body whatever leads to a status above 499 or to silence", async () => {
  await using server = await startFakeModelServer();
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, bytes) => {
      const called = await soon(call(rig.port, { path, bytes, method: "POST" }), "an answer");
      expect(called.status).toBeLessThan(500);
      expect(called.complete).toBe(true);
      if (called.status >= 400) expect(JSON.parse(called.text)).toHaveProperty("error.code");
    }),
    { numRuns: 300 },
  );
  expect(rig.reported).toEqual([]);
});

test("no path, method or header whatever leads to a status above 499 or to silence", async () => {
  await using rig = await startRig();
  const segment = fc.oneof(fc.webSegment(), fc.constantFrom("v1", "models", "..", "%", "%2f", "%00", "//"));
  const request = fc.record({
    path: fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"),
    value: fc.stringMatching(/^[\x20-\x7e]{0,40}$/),
    name: fc.constantFrom(
      "authorization",
      "x-api-key",
      "content-type",
      "x-request-id",
      "accept",
      "connection",
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, name, value }) => {
      const called = await soon(call(rig.port, { path, method, headers: { [name]: value } }), "an answer");
      expect(called.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  expect(rig.reported).toEqual([]);
});

test.each<[string, string | Buffer, string, RegExp]>([
  ["an empty body", "", "invalid_json", /empty/],
  [
    "a body cut short",
    '{"model":"pilot","messages":[',
    "invalid_json",
    /line 1, column 30 .*expected a value, but the body ends/,
  ],
  [
    "a stray comma",
    '{\n "model": "pilot",\n}',
    "invalid_json",
    /line 3, column 1 .*expected a name in double quotes/,
  ],
  ["single quotes", "{'model':'pilot'}", "invalid_json", /offset 1\b/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22]), "invalid_json", /byte 2 /],
  ["a list", "[]", "invalid_request", /is a list/],
  ["null", "null", "invalid_request", /is null/],
  ["a number", "17", "invalid_request", /is 17/],
  ["a model that is a number", '{"model":4}', "invalid_request", /model must be a text, and is 4/],
  ["a model that is a list", '{"model":["pilot"]}', "invalid_request", /model must be a text, and is a list/],
  ["brackets without end", "[".repeat(100_000), "invalid_request", /nested more than 1000 deep/],
])("%s is a 400 that says what is wrong and where", async (_fact, body, code, message) => {
  await using rig = await startRig();
  const called = await call(rig.port, { bytes: Buffer.from(body) });
  expect(called.status).toBe(400);
  const { error } = JSON.parse(called.text) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});
