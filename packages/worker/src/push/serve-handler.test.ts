import { request as httpRequest } from "node:http";
import { expect, test } from "vitest";
import type { Handler, WorkOptions } from "../handler.ts";
import { HandlerError } from "../handler-error.ts";
import { createLogger } from "../logger.ts";
import { httpServer } from "../test/http-server.ts";
import { serveHandler } from "./serve-handler.ts";

const quiet = createLogger(() => undefined);

function served(handler: Handler<never>, options: WorkOptions = {}) {
  return httpServer(serveHandler({ handler, logger: quiet, ...options }));
}

function call(url: string, input: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(input),
  });
}

const lines = { accept: "application/x-ndjson" };
const jobLines = { accept: "application/vnd.berth.job+ndjson, */*" };
const events = { accept: "text/event-stream" };

async function* counting(
  { input }: { readonly input: number },
  context: { progress: (done: number, total: number) => void },
) {
  for (let count = 0; count < input; count += 1) {
    context.progress(count, input);
    yield await Promise.resolve({ count });
  }
}
const generator = counting as Handler<never>;

test("JSON in, JSON out, with the request's id, attempt and path", async () => {
  await using server = await served((({ input, meta }) => ({ input, meta })) as Handler<never>);
  const answer = await call(server.url, { a: 1 }, { "x-request-id": "r-1" });
  expect(answer.headers.get("x-request-id")).toBe("r-1");
  expect(await answer.json()).toEqual({
    input: { a: 1 },
    meta: { requestId: "r-1", attempt: 1, path: "/predict", contentType: "application/json" },
  });
});

test("whoever does not stream gets yielded values as one array", async () => {
  await using server = await served(generator);
  expect(await (await call(server.url, 3)).json()).toEqual([{ count: 0 }, { count: 1 }, { count: 2 }]);
});

test("yielded values stream as server-sent events, and end with an event", async () => {
  await using server = await served(generator);
  const answer = await call(server.url, 2, events);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  expect(await answer.text()).toBe('data: {"count":0}\n\ndata: {"count":1}\n\nevent: end\ndata: {}\n\n');
});

test("yielded values stream as lines, with progress only for whom it asks", async () => {
  await using server = await served(generator);
  expect(await (await call(server.url, 1, lines)).text()).toBe('{"count":0}\n');
  const told = await (await call(server.url, 1, { ...lines, "x-berth-progress": "true" })).text();
  expect(told).toBe('{"progress":{"done":0,"total":1,"message":null}}\n{"count":0}\n');
});

test("each value is sent as it is yielded", async () => {
  const next = Promise.withResolvers<undefined>();
  await using server = await served(async function* () {
    yield 1;
    await next.promise;
    yield 2;
  });
  const answer = await call(server.url, null, lines);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("1\n");
  next.resolve(undefined);
  expect((await reader?.read())?.value).toBe("2\n");
  expect((await reader?.read())?.done).toBe(true);
});

test("what does not stream is one value for whoever does", async () => {
  await using server = await served(() => "all");
  expect(await (await call(server.url, null, lines)).text()).toBe('"all"\n');
});

test.each<[string, Handler<never>, string]>([
  [
    "what a generator yields",
    generator,
    '{"progress":{"done":0,"total":2,"message":null}}\n{"value":{"count":0}}\n' +
      '{"progress":{"done":1,"total":2,"message":null}}\n{"value":{"count":1}}\n',
  ],
  ["a generator that yields nothing", function* () {}, ""],
  ["what a plain handler returns", () => [1], '{"result":[1]}\n'],
  [
    "what is no JSON, after progress",
    (_, { progress }) => {
      progress(1);
      return new Response("hi", { status: 202, headers: { "content-type": "text/x" } });
    },
    '{"progress":{"done":1,"total":null,"message":null}}\n' +
      '{"answer":{"status":202,"contentType":"text/x","base64":"aGk="}}\n',
  ],
  [
    "what goes wrong later",
    function* () {
      yield 1;
      throw new HandlerError("no_voice", "there is none", { details: "d" });
    },
    '{"value":1}\n{"error":{"code":"no_voice","message":"there is none","details":"d"}}\n',
  ],
])("a job is told %s, each in a line that says what it is", async (_, handler, text) => {
  await using server = await served(handler);
  const answer = await call(server.url, 2, jobLines);
  expect([answer.headers.get("content-type"), await answer.text()]).toEqual([
    "application/vnd.berth.job+ndjson",
    text,
  ]);
});

test.each<[string, Handler<never>, number, string]>([
  ["an answer of its own", () => new Response("no", { status: 404 }), 404, "no"],
  [
    "a failure",
    () => {
      throw new HandlerError("no_voice", "there is none", { status: 422 });
    },
    422,
    '{"error":{"code":"no_voice","message":"there is none","details":null}}',
  ],
])("a job is told %s as it is, where it comes first", async (_, handler, status, text) => {
  await using server = await served(handler);
  const answer = await call(server.url, 2, jobLines);
  expect([answer.status, await answer.text()]).toEqual([status, text]);
});

test.each<[string, unknown, number, string]>([
  ["an error", new Error("boom"), 500, "handler_failed"],
  ["an error of its own words", new HandlerError("no_voice", "none", { status: 422 }), 422, "no_voice"],
])("%s is told with its code", async (_, thrown, status, code) => {
  await using server = await served(() => {
    throw thrown;
  });
  const answer = await call(server.url, null);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code } });
});

test.each([
  ["events", events, 'data: 1\n\nevent: error\ndata: {"error":{"code":"handler_failed","message":"later"'],
  ["lines", lines, '1\n{"error":{"code":"handler_failed","message":"later"'],
])("%s that fail in the middle end with the error and a broken transfer", async (_, headers, beginning) => {
  await using server = await served(async function* () {
    yield await Promise.resolve(1);
    throw new Error("later");
  });
  const answer = await call(server.url, null, headers);
  let text = "";
  const read = async (): Promise<void> => {
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
  };
  await expect(read()).rejects.toThrow();
  expect(text.startsWith(beginning)).toBe(true);
});

test.each([
  ["what is not JSON", "application/json", "{", 400, "invalid_json"],
  ["a body that is too long", "application/json", "x".repeat(20 * 1024 * 1024 + 1), 413, "body_too_large"],
])("%s is refused", async (_, type, body, status, code) => {
  await using server = await served(() => 1);
  const answer = await fetch(`${server.url}/predict`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code } });
});

test("a body of exactly 20 MiB is taken, and bytes come as bytes", async () => {
  await using server = await served((({ input }: { input: Uint8Array }) => input.length) as Handler<never>);
  const answer = await fetch(`${server.url}/predict`, {
    method: "POST",
    headers: { "content-type": "audio/wav" },
    body: new Uint8Array(20 * 1024 * 1024),
  });
  expect(await answer.json()).toBe(20 * 1024 * 1024);
});

test("bytes and responses go as they are", async () => {
  await using server = await served(
    () => new Response("<p>hi</p>", { status: 201, headers: { "content-type": "text/html" } }),
  );
  const answer = await call(server.url, null);
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    201,
    "text/html",
    "<p>hi</p>",
  ]);
});

test("a caller that goes away aborts the handler's signal", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  await using server = await served((_, { signal }) => {
    begun.resolve(signal);
    return new Promise(() => undefined);
  });
  const sent = httpRequest(`${server.url}/predict`, { method: "POST" }).on("error", () => undefined);
  sent.end("null");
  const signal = await begun.promise;
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  sent.destroy();
  await aborted;
  expect(signal.reason).toMatchObject({ code: "caller_gone" });
});

test("a handler that hangs is told by 504 when its time is over", async () => {
  await using server = await served(() => new Promise(() => undefined), { executionTimeoutMs: 5 });
  const answer = await call(server.url, null);
  expect(answer.status).toBe(504);
  expect(await answer.json()).toMatchObject({ error: { code: "execution_timeout" } });
});

test.each([
  ["one, where nothing is said", {}, 1],
  ["as many as are said", { concurrency: 3 }, 3],
  ["what nobody knows beforehand, where it is asked each time", { concurrencyModifier: () => 3 }, null],
])("how many are worked on at once is told: %s", async (_fact, options, parallel) => {
  await using server = await served(() => 1, options);
  const health = await fetch(`${server.url}/healthcheck`);
  expect(await health.json()).toEqual({ status: "ready", progress: null, parallel });
});

test("no more requests than allowed run at once; the others wait in turn", async () => {
  const turns: (() => void)[] = [];
  const begun: number[] = [];
  const arrivals = new EventTarget();
  await using server = await served(
    async ({ input }: { readonly input: number }) => {
      begun.push(input);
      await new Promise<void>((resolve) => {
        turns.push(resolve);
        arrivals.dispatchEvent(new Event("begun"));
      });
      return input;
    },
    { concurrency: 1 },
  );
  const begins = (): Promise<unknown> =>
    new Promise((resolve) => arrivals.addEventListener("begun", resolve, { once: true }));
  const first = begins();
  const one = call(server.url, 1);
  await first;
  const two = call(server.url, 2);
  // the health path is answered meanwhile
  expect((await fetch(`${server.url}/healthcheck`)).status).toBe(200);
  expect(begun).toEqual([1]);
  const second = begins();
  turns[0]?.();
  await second;
  turns[1]?.();
  expect([await (await one).json(), await (await two).json()]).toEqual([1, 2]);
});

test.each([
  ["GET", "/healthcheck", 200],
  ["GET", "/predict", 405],
  ["DELETE", "/other", 404],
])("%s %s is answered with %i", async (method, path, status) => {
  await using server = await served(() => 1);
  expect((await fetch(`${server.url}${path}`, { method })).status).toBe(status);
});
