import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { defaultQueueRules, type Job } from "@berth/api";
import { CallNotBegun, type DispatchedCall } from "@berth/jobs";
import { expect, test } from "vitest";
import { loopbackEndpoints } from "./call-endpoint.ts";

const never = new AbortController().signal;
const made = {
  endpoint: {
    id: "e1",
    fullName: "ada/echo",
    owner: "ada",
    rules: defaultQueueRules,
    isDispatched: true,
    isPaused: false,
    slots: 1,
  },
  job: { id: "job-1", attempts: 2, keyId: "key-1" } as Job,
  call: { path: "/predict?x=1", contentType: "text/x", body: Buffer.from("hello") },
  mayTakeMs: 600_000,
} satisfies DispatchedCall;

async function serving(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    call: loopbackEndpoints({
      url: () => url,
      pass: { headersFor: (id, ms) => ({ "x-pass": `of ${id}, for ${ms}` }) },
    }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("an endpoint is called below its own path, as the job's key, with the body as it is", async () => {
  await using given = await serving(async (request, response) => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    const { method, url, headers } = request;
    response.writeHead(418, { "content-type": "application/json", "retry-after": "7" });
    response.end(
      JSON.stringify([
        method,
        url,
        headers["x-pass"],
        headers["content-type"],
        headers.accept,
        headers["x-request-id"],
        headers["x-berth-attempt"],
        body,
      ]),
    );
  });
  const { status, contentType, retryAfterMs, body } = await given.call(made, never);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  expect([status, contentType, retryAfterMs]).toEqual([418, "application/json", 7_000]);
  expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual([
    "POST",
    "/e/ada/echo/predict?x=1",
    // the call's own deadline comes before the gateway's
    "of key-1, for 660000",
    "text/x",
    "application/vnd.berth.job+ndjson, */*",
    "job-1.2",
    "2",
    "hello",
  ]);
});

test("a call that is aborted is broken off, before and amid its answer", async () => {
  const left: Promise<unknown>[] = [];
  await using given = await serving((request, response) => {
    left.push(once(response, "close"));
    if (request.url?.endsWith("stream") === true) response.writeHead(200).write("a");
  });
  const early = new AbortController();
  const calling = given.call(made, early.signal);
  const refused = expect(calling).rejects.toThrow();
  while (left.length === 0) await new Promise((resolve) => setImmediate(resolve));
  early.abort();
  await refused;
  const late = new AbortController();
  const { body } = await given.call({ ...made, call: { ...made.call, path: "/stream" } }, late.signal);
  const reading = (async () => {
    for await (const _piece of body) late.abort();
  })();
  await expect(reading).rejects.toThrow();
  await Promise.all(left);
});

test.each([
  ["nobody has begun to work on", { "x-berth-not-begun": "true" }, false],
  ["somebody may have", {}, true],
])("an error says whether %s it", async (_fact, headers: OutgoingHttpHeaders, hasBegun) => {
  await using given = await serving((_request, response) => response.writeHead(503, headers).end());
  expect((await given.call(made, never)).hasBegun).toBe(hasBegun);
});

test("where nobody listens, nobody has begun", async () => {
  const given = await serving(() => undefined);
  await given[Symbol.asyncDispose]();
  await expect(given.call(made, never)).rejects.toBeInstanceOf(CallNotBegun);
});

test("an answer that breaks off is no answer", async () => {
  await using given = await serving((_request, response) => {
    response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
  });
  const { body } = await given.call(made, never);
  await expect(
    (async () => {
      for await (const piece of body) void piece;
    })(),
  ).rejects.toThrow();
});
