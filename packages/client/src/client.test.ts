import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { routes, type Change, type Service } from "@berth/api";
import { openAiRoutes } from "@berth/api/openai";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { createClient, type Client, type ClientOptions } from "./client.ts";
import { BerthApiError } from "./error.ts";
import { openAiPaths, paths } from "./paths.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A client of a server that gives one answer, and what that server was asked. */
async function against(answer: Answer, options: Partial<ClientOptions> = {}) {
  const asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, client: createClient({ baseUrl: `http://127.0.0.1:${port}/`, ...options }) };
}

const json =
  (value: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "x-request-id": "r-1" });
    response.end(JSON.stringify(value));
  };

const events =
  (pieces: readonly string[], end: (response: ServerResponse) => void): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const piece of pieces) response.write(piece);
    end(response);
  };

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const finish = (response: ServerResponse): void => void response.end();
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it was not refused"),
    (error: unknown) => error,
  );

test("the paths are those of the route tables", () => {
  const outline = <R extends object>(table: Record<string, R>, keys: readonly (keyof R)[]) =>
    Object.fromEntries(
      Object.entries(table).map(([name, route]) => [
        name,
        Object.fromEntries(keys.map((key) => [key, route[key]])),
      ]),
    );
  expect(paths).toEqual(outline(routes, ["method", "path", "reply"]));
  expect(openAiPaths).toEqual(outline(openAiRoutes, ["method", "path"]));
});

test("a path that no route describes is answered as it is, whatever the status", async () => {
  const { client, asked } = await against(
    (_, response) => void response.writeHead(422, { "content-type": "text/plain" }).end("no such label"),
    { key: "sk-1" },
  );
  const bytes = new TextEncoder().encode("hello");
  const reply = await client.callPath({
    method: "POST",
    path: "/e/me/mine/predict?x=1",
    headers: { "x-berth-cold-start": "fail" },
    body: { contentType: "audio/wav", bytes },
  });
  expect([reply.status, reply.contentType]).toEqual([422, "text/plain"]);
  expect(Buffer.concat(await collect(reply.pieces())).toString()).toBe("no such label");
  expect(asked[0]).toMatchObject({
    method: "POST",
    url: "/e/me/mine/predict?x=1",
    body: "hello",
    headers: { authorization: "Bearer sk-1", "content-type": "audio/wav", "x-berth-cold-start": "fail" },
  });
});

test("a stream tells the id of each event that it has given, so that it can be resumed behind it", async () => {
  const value = (id: number): string => `id: ${id}\ndata: {"type":"value","value":${id}}\n\n`;
  const { client } = await against(events([value(7), value(8)], finish));
  const ids: string[] = [];
  const told: unknown[] = [];
  for await (const event of client.streamJob({ params: { id: "j" }, onEventId: (id) => ids.push(id) }))
    told.push([event, ids.at(-1)]);
  expect(told).toEqual([
    [{ type: "value", value: 7 }, "7"],
    [{ type: "value", value: 8 }, "8"],
  ]);
});

describe("requests", () => {
  test("a parameter is one segment of the path, whatever it holds", async () => {
    const { client, asked } = await against(json({}));
    await client.getHubModel({ params: { repo: "owner/na me?#" }, query: { revision: "refs/pr/1" } });
    expect(asked[0]?.url).toBe("/api/v1/hub/models/owner%2Fna%20me%3F%23?revision=refs%2Fpr%2F1");
  });

  test.for(["", ".", ".."])("the parameter %j is refused before anything is sent", async (id) => {
    const { client, asked } = await against(json({}));
    await expect(client.getService({ params: { id } })).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  });

  test("bodies are JSON, and what is not given is not sent", async () => {
    const { client, asked } = await against(json({}));
    await client.createService({ body: { model: "berth/pilot" } });
    await client.listServices({ query: {} });
    expect(asked[0]).toMatchObject({ method: "POST", body: '{"model":"berth/pilot"}' });
    expect(asked[0]?.headers["content-type"]).toBe("application/json");
    expect(asked[1]).toMatchObject({ method: "GET", url: "/api/v1/services", body: "" });
    expect(asked[1]?.headers["content-type"]).toBeUndefined();
  });

  test("the key is asked for at each call, the CSRF token and headers go with every one", async () => {
    let count = 0;
    const key = (): string => `sk-berth-${(count += 1)}`;
    const { client, asked } = await against(json({}), { key, csrfToken: "c", headers: { "x-a": "b" } });
    await client.listKeys();
    await client.deleteKey({ params: { id: "k" } });
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer sk-berth-1",
      "Bearer sk-berth-2",
    ]);
    expect(asked.map(({ headers }) => headers["x-berth-csrf"])).toEqual(["c", "c"]);
    expect(asked.map(({ headers }) => headers["x-a"])).toEqual(["b", "b"]);
  });
});

describe("refusals", () => {
  test("the envelope is told whole", async () => {
    const error = {
      message: "no such service",
      type: "x",
      code: "not_found",
      param: "id",
      details: { near: ["a"] },
    };
    const { client } = await against(json({ error }, 404));
    const thrown = await failure(client.getService({ params: { id: "nope" } }));
    expect(thrown).toBeInstanceOf(BerthApiError);
    expect(thrown).toMatchObject({
      code: "not_found",
      status: 404,
      message: "no such service",
      param: "id",
      details: { near: ["a"] },
      requestId: "r-1",
    });
  });

  test.each([
    ["seconds", "3", 3_000],
    ["a date that is past", "Fri, 31 Dec 1999 23:59:59 GMT", 0],
    ["nothing one could read", "soon", undefined],
  ])("Retry-After is told: %s", async (_, header, retryAfterMs) => {
    const { client } = await against((__, response) => {
      response.writeHead(429, { "content-type": "application/json", "retry-after": header });
      response.end('{"error":{"message":"too many","code":"rate_limited"}}');
    });
    expect(await failure(client.listKeys())).toMatchObject({ code: "rate_limited", retryAfterMs });
  });

  const strangers: readonly (readonly [what: string, answer: Answer])[] = [
    ["a page of a proxy", (_, response) => response.writeHead(502).end("<html>Bad gateway")],
    ["an envelope without a message", json({ error: {} }, 500)],
    ["a good status with no JSON", (_, response) => response.end("hello")],
  ];
  test.for(strangers)("%s is a bad reply", async ([, answer]) => {
    const { client } = await against(answer);
    expect(await failure(client.listKeys())).toMatchObject({ code: "bad_reply" });
  });

  test("nobody at the address is server_unreachable", async () => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1" });
    expect(await failure(client.listKeys())).toMatchObject({
      code: "server_unreachable",
      status: 0,
      message: "no server answers at http://127.0.0.1:1",
    });
  });

  test("an answer that breaks off is connection_lost", async () => {
    const { client } = await against((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"data"', () => response.destroy());
    });
    expect(await failure(client.listKeys())).toMatchObject({ code: "connection_lost" });
  });

  test("aborting throws the reason given", async () => {
    const { client } = await against(() => undefined);
    const controller = new AbortController();
    const call = client.listServices({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });
});

describe("streams", () => {
  test("changes come as they happen, comments are nothing", async () => {
    const change: Change = { type: "service-removed", id: "a" };
    const { client } = await against(
      events(
        [
          ": connected\n\n",
          "event: models\r\ndata: {",
          '"type":"models"}\r\n\r',
          `\ndata: ${JSON.stringify(change)}\n\n`,
        ],
        finish,
      ),
    );
    expect(await collect(client.streamEvents())).toEqual([{ type: "models" }, change]);
  });

  test("an error that a stream of events tells is thrown; files go as a form", async () => {
    const { client, asked } = await against(
      events(
        [
          'event: delta\ndata: {"type":"delta","text":"a"}\n\n',
          'event: error\ndata: {"error":{"message":"the engine died","code":"engine_died"}}\n\n',
        ],
        finish,
      ),
    );
    const seen: unknown[] = [];
    const file = [{ name: "a.txt", bytes: new Blob(["Ships."]) }];
    const reading = (async () => {
      for await (const event of client.summarize({ body: { model: "pilot", file } })) seen.push(event);
    })();
    expect(await failure(reading)).toMatchObject({ code: "engine_died", message: "the engine died" });
    expect(seen).toEqual([{ type: "delta", text: "a" }]);
    expect(asked[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked[0]?.body).toContain('name="file"; filename="a.txt"');
  });

  test("leaving the loop hangs up", async () => {
    let left: () => void = () => {};
    const hungUp = new Promise<void>((resolve) => (left = resolve));
    const { client } = await against((request, response) => {
      request.socket.on("close", left);
      response.write('data: {"type":"models"}\n\n');
    });
    for await (const _ of client.streamEvents()) break;
    await hungUp;
  });

  test("logs are text, whole characters however the bytes are cut", async () => {
    const bytes = Buffer.from("größer 🚢\n");
    const { client, asked } = await against((_, response) => {
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    const log = client.getServiceLogs({ params: { id: "pilot" }, query: { follow: "true", tail: 5 } });
    expect((await collect(log)).join("")).toBe("größer 🚢\n");
    expect(asked[0]?.url).toBe("/api/v1/services/pilot/logs?follow=true&tail=5");
  });

  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const ask = { model: "pilot", messages: [{ role: "user" as const, content: "hi" }] };

  test("an answer's pieces come until [DONE], and usage is asked for", async () => {
    const { client, asked } = await against(
      events(
        [
          chunk("Hel"),
          chunk("lo"),
          'data: {"usage":{"prompt_tokens":1,"total_tokens":3}}\n\ndata: [DONE]\n\n',
        ],
        finish,
      ),
    );
    const chunks = await collect(client.streamChatCompletion(ask));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(["Hel", "lo", undefined]);
    expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.for([
    [
      "an error event",
      'data: {"error":{"message":"the engine died","code":"engine_died"}}\n\n',
      "engine_died",
    ],
    ["an end without [DONE]", "", "connection_lost"],
    ["an event that is no JSON", "data: {\n\n", "bad_reply"],
  ])("%s is thrown after the pieces before it", async ([, last = "", code]) => {
    const { client } = await against(events([chunk("Hel"), last], finish));
    const pieces: (string | null | undefined)[] = [];
    const thrown = await failure(
      (async () => {
        for await (const { choices } of client.streamChatCompletion(ask))
          pieces.push(choices[0]?.delta.content);
      })(),
    );
    expect(pieces).toEqual(["Hel"]);
    expect(thrown).toMatchObject({ code });
  });

  test("what can be called is a list", async () => {
    const { client } = await against(json({ object: "list", data: [{ id: "pilot" }] }));
    expect(await client.listCallableModels()).toEqual([{ id: "pilot" }]);
  });
});

test("types: each method takes its route's request and gives its response", () => {
  expectTypeOf<Client["getService"]>().returns.toEqualTypeOf<Promise<Service>>();
  expectTypeOf<Client["deleteService"]>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<Client["streamEvents"]>().returns.toEqualTypeOf<AsyncGenerator<Change, void, undefined>>();
  // @ts-expect-error the parameters of the path are not optional
  expectTypeOf<Client["getService"]>().toBeCallableWith({});
  // @ts-expect-error a body's field has its type
  expectTypeOf<Client["createProfile"]>().toBeCallableWith({ body: { name: 1 } });
  expectTypeOf<Client["listServices"]>().toBeCallableWith();
});
