import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatChunk,
  chatEvents,
  done,
  eventStreamHead,
  json,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";
import type { ProviderKind } from "@berth/api";
import { describe, expect, test } from "vitest";
import { call, eventually, keys, provider, startRig, starting, upstream } from "./gateway-rig.ts";
import { isForModels } from "./operation.ts";

const user = [{ role: "user", content: "Hi" }];
const messages = { model: "pilot", max_tokens: 8, messages: user };
const completion = json({
  id: "cmpl-1",
  object: "text_completion",
  created: 1,
  model: "pilot",
  choices: [{ index: 0, text: "Hello", finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const vectors = json({
  object: "list",
  model: "pilot",
  data: [{ object: "embedding", index: 0, embedding: [1, 2] }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
});

describe("a service that speaks OpenAI answers", () => {
  test.for<[string, object, string, Script | undefined, object]>([
    [
      "/v1/messages",
      messages,
      "/v1/chat/completions",
      undefined,
      { type: "message", content: [{ type: "text", text: "Hello there" }] },
    ],
    [
      "/v1/responses",
      { model: "pilot", input: "Hi" },
      "/v1/chat/completions",
      undefined,
      { object: "response", status: "completed", store: false },
    ],
    [
      "/api/chat",
      { model: "pilot", messages: user, stream: false },
      "/v1/chat/completions",
      undefined,
      { message: { role: "assistant", content: "Hello there" }, done: true },
    ],
    [
      "/api/generate",
      { model: "pilot", prompt: "Hi", stream: false },
      "/v1/chat/completions",
      undefined,
      { response: "Hello there", done: true },
    ],
    ["/api/embed", { model: "pilot", input: "Hi" }, "/v1/embeddings", vectors, { embeddings: [[1, 2]] }],
    ["/api/embeddings", { model: "pilot", prompt: "Hi" }, "/v1/embeddings", vectors, { embedding: [1, 2] }],
    [
      "/generate",
      { model: "pilot", inputs: "Hi" },
      "/v1/completions",
      completion,
      { generated_text: "Hello" },
    ],
    ["/", { model: "pilot", inputs: "Hi" }, "/v1/completions", completion, [{ generated_text: "Hello" }]],
  ])("%s", async ([path, body, asked, script, expected]) => {
    await using server = await startFakeModelServer(script === undefined ? {} : { script: () => script });
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const called = await call(rig.port, { path, body });
    expect(called.status).toBe(200);
    expect(JSON.parse(called.text)).toMatchObject(expected);
    expect(server.received[0]?.url).toBe(asked);
    expect(await eventually(() => rig.usage[0], "it is recorded")).toMatchObject({
      model: "pilot",
      serviceId: "svc-1",
      outcome: "ok",
    });
  });
});

describe("streams are told in the caller's words", () => {
  test.for<[string, object, string, RegExp]>([
    [
      "/v1/messages",
      { ...messages, stream: true },
      "text/event-stream; charset=utf-8",
      /^event: message_start\n[^]*event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/,
    ],
    [
      "/v1/responses",
      { model: "pilot", input: "Hi", stream: true },
      "text/event-stream; charset=utf-8",
      /^event: response.created\n[^]*event: response.completed\n[^]*\n\n$/,
    ],
    [
      "/api/chat",
      { model: "pilot", messages: user },
      "application/x-ndjson",
      /^\{"model":"pilot"[^]*"done":true[^\n]*\n$/,
    ],
  ])("%s", async ([path, body, type, expected]) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const called = await call(rig.port, { path, body });
    expect(called).toMatchObject({ status: 200, complete: true, headers: { "content-type": type } });
    expect(called.text).toMatch(expected);
    expect(JSON.parse(server.received[0]?.body.toString() ?? "")).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.for<[string, object, RegExp, RegExp]>([
    [
      "/v1/messages",
      { ...messages, stream: true },
      /^(event: ping\ndata: \{"type":"ping"\}\n\n)+event: message_start/,
      /^event: ping/,
    ],
    ["/api/chat", { model: "pilot", messages: user }, /^\{"model":"pilot"/, /^$/],
  ])("%s while a service starts", async ([path, body, expected, waiting]) => {
    await using server = await startFakeModelServer();
    await using rig = await startRig({ upstreams: [upstream({ state: starting() })] });
    const calling = call(rig.port, { path, body });
    await eventually(() => (rig.gateway.held > 0 ? true : undefined), "it is held");
    await new Promise((resolve) => setTimeout(resolve, 100));
    rig.routes.set([upstream({ url: server.url })]);
    const called = await calling;
    expect(called).toMatchObject({ status: 200, complete: true });
    expect(called.text).toMatch(expected);
    expect(called.text.slice(0, waiting.source === "^$" ? 0 : undefined)).toMatch(waiting);
  });

  test.for<[string, object, string]>([
    [
      "/v1/messages",
      { ...messages, stream: true },
      `event: error\ndata: {"type":"error","error":{"type":"api_error",`,
    ],
    ["/v1/responses", { model: "pilot", input: "Hi", stream: true }, `event: response.failed\n`],
    ["/api/chat", { model: "pilot", messages: user }, `{"error":"`],
  ])("%s that break off", async ([path, body, expected]) => {
    const script: Script = [
      eventStreamHead,
      { do: "write", bytes: chatEvents(["Hel"])[1] ?? "" },
      { do: "end" },
    ];
    await using server = await startFakeModelServer({ script: () => script });
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const called = await call(rig.port, { path, body });
    expect(called).toMatchObject({ status: 200, complete: false });
    expect(called.text).toContain(expected);
  });
});

describe("a stream that dies before its first word is told by another", () => {
  const call0 = (text: string): Step => ({
    do: "write",
    bytes: chatChunk({
      tool_calls: [{ index: 0, id: "call_0", function: { name: "weather", arguments: text } }],
    }),
  });
  const role: Step = { do: "write", bytes: chatChunk({ role: "assistant", content: "" }) };
  const ends: Step[] = [{ do: "write", bytes: chatChunk({}, "tool_calls") + done }, { do: "end" }];

  test.for<[string, object, object]>([
    ["/api/chat", { messages: user }, { error: expect.any(String) }],
    ["/v1/messages", { ...messages, stream: true }, { error: { type: "api_error" } }],
    ["/v1/responses", { input: "Hi", stream: true }, { error: { code: "upstream_failed" } }],
  ])("or by nobody, and then it is no 200: %s", async ([path, body, expected]) => {
    await using dying = await startFakeModelServer({
      script: () => [eventStreamHead, role, { do: "sleep", ms: 20 }, { do: "reset" }],
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: dying.url })], { retries: 0 });
    const called = await call(rig.port, { path, body: { ...body, model: "chat" } });
    expect(called).toMatchObject({ status: 502, complete: true });
    expect(JSON.parse(called.text)).toMatchObject(expected);
  });

  test.for<[string, object, Step[], string]>([
    ["/api/chat", { messages: user }, [role, call0('{"city":')], '"arguments":{"city":"Rome"}'],
    ["/v1/messages", { ...messages, stream: true }, [role], '"partial_json":"{\\"city\\":\\"Rome\\"}"'],
    ["/v1/responses", { input: "Hi", stream: true }, [role], '"arguments":"{\\"city\\":\\"Rome\\"}"'],
  ])("%s", async ([path, body, begins, expected]) => {
    await using dying = await startFakeModelServer({
      script: () => [eventStreamHead, ...begins, { do: "sleep", ms: 20 }, { do: "reset" }],
    });
    await using healthy = await startFakeModelServer({
      script: () => [eventStreamHead, role, call0('{"city":"Rome"}'), ...ends],
    });
    await using rig = await startRig();
    rig.routes.route("chat", [
      provider({ id: "one/a", url: dying.url }),
      provider({ id: "two/b", url: healthy.url, target: { providerId: "prv-2" } }),
    ]);
    const called = await call(rig.port, { path, body: { ...body, model: "chat" } });
    expect(called).toMatchObject({ status: 200, complete: true });
    expect(called.text).toContain(expected);
  });
});

test.for<[string, object]>([
  ["/v1/messages", messages],
  ["/v1/responses", { model: "pilot", input: "Hi" }],
  ["/api/chat", { model: "pilot", messages: user, stream: false }],
])("%s of a server that speaks OpenAI in its own way", async ([path, body]) => {
  const message = { role: "assistant", content: "Hello", tool_calls: null };
  const choices = [{ index: 0, message, finish_reason: "eos" }];
  const answer = { id: "1", object: "chat.completion", created: 1, model: "m", choices };
  await using server = await startFakeModelServer({ script: () => json(answer) });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { path, body });
  expect([called.status, rig.reported]).toEqual([200, []]);
  expect(called.text).toContain("Hello");
});

test("what passes until the first word is the upstream's time, not ours", async () => {
  const script: Script = [
    eventStreamHead,
    { do: "write", bytes: chatChunk({ role: "assistant", content: "" }) },
    { do: "sleep", ms: 100 },
    { do: "write", bytes: chatChunk({ content: "Hello" }, "stop") + done },
    { do: "end" },
  ];
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { path: "/v1/messages", body: { ...messages, stream: true } });
  const [, microseconds] = /upstream=(\d+)/.exec(String(called.headers["x-berth-timing"])) ?? [];
  expect(Number(microseconds)).toBeGreaterThan(50_000);
});

test.for<[string, object]>([
  ["/v1/messages", messages],
  ["/api/chat", { model: "pilot", messages: user, stream: false }],
])("%s: an answer that cannot be told is counted all the same", async ([path, body]) => {
  const broken = { id: "c", type: "function", function: { name: "weather", arguments: '{"city"' } };
  const message = { role: "assistant", content: null, tool_calls: [broken] };
  const usage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };
  const choices = [{ index: 0, message, finish_reason: "tool_calls" }];
  await using server = await startFakeModelServer({ script: () => json({ choices, usage }) });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { path, body });
  expect([called.status, called.text]).toEqual([422, expect.stringContaining("`weather`")]);
  expect(await eventually(() => rig.usage[0], "it is recorded")).toMatchObject({
    status: 422,
    tokens: { inputTokens: 12, outputTokens: 7 },
    tokensFrom: "upstream",
  });
});

describe("errors are told in the caller's terms", () => {
  test.for<[string, object, object, number, object]>([
    [
      "/v1/messages",
      messages,
      { key: "wrong" },
      401,
      { type: "error", error: { type: "authentication_error" } },
    ],
    [
      "/v1/messages",
      { model: "pilot", messages: user },
      {},
      400,
      { type: "error", error: { type: "invalid_request_error", message: "max_tokens is missing" } },
    ],
    [
      "/v1/messages",
      { ...messages, model: "pilott" },
      {},
      404,
      { type: "error", error: { type: "not_found_error" } },
    ],
    [
      "/v1/messages",
      { ...messages, container: "c" },
      {},
      400,
      { type: "error", error: { type: "invalid_request_error" } },
    ],
    [
      "/v1/messages/count_tokens",
      messages,
      {},
      400,
      { type: "error", error: { type: "invalid_request_error" } },
    ],
    [
      "/v1/responses",
      { model: "pilot", input: "Hi", background: true },
      {},
      400,
      { error: { code: "unsupported", param: "background" } },
    ],
    [
      "/api/chat",
      { model: "pilot", messages: user },
      { key: "wrong" },
      401,
      { error: expect.stringContaining("API key") },
    ],
    ["/api/show", {}, {}, 400, { error: "model is missing" }],
    ["/api/show", { model: "pilott" }, {}, 404, { error: expect.stringContaining("`pilot`") }],
    [
      "/generate",
      { model: "pilot", inputs: "" },
      {},
      422,
      { error: "`inputs` cannot be empty", error_type: "validation" },
    ],
  ])("%s %j", async ([path, body, options, status, expected]) => {
    await using rig = await startRig({ upstreams: [upstream({ url: "http://127.0.0.1:1" })] });
    const called = await call(rig.port, { path, body, ...options });
    expect(called.status).toBe(status);
    expect(JSON.parse(called.text)).toMatchObject(expected);
  });

  test.for<[number, number, object]>([
    [429, 429, { type: "rate_limit_error", message: "slow down" }],
    [529, 503, { type: "overloaded_error", message: "slow down" }],
  ])("a provider's own %i, with when to come again", async ([status, told, error]) => {
    const said = { type: "error", error: { type: "any", message: "slow down" } };
    await using server = await startFakeModelServer({
      script: () => json(said, status, { "retry-after": "60" }),
    });
    await using rig = await startRig();
    const target = { kind: "anthropic", url: server.url } as const;
    rig.routes.route("chat", [provider({ url: server.url, target })]);
    const called = await call(rig.port, { path: "/v1/messages", body: { ...messages, model: "chat" } });
    expect([called.status, called.headers["retry-after"]]).toEqual([told, "60"]);
    expect(JSON.parse(called.text)).toMatchObject({ type: "error", error });
  });

  test("Anthropic's clients send their key by another name", async () => {
    await using server = await startFakeModelServer();
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const called = await call(rig.port, {
      path: "/v1/messages",
      body: messages,
      key: null,
      headers: { "x-api-key": keys.any },
    });
    expect(called.status).toBe(200);
  });
});

test.for<[string, string, object]>([
  ["GET", "/api/tags", { models: [{ name: "pilot" }, { name: "berth/pilot" }] }],
  ["GET", "/api/ps", { models: [{ name: "pilot", context_length: 2048 }, { name: "berth/pilot" }] }],
  ["GET", "/api/version", { version: expect.any(String) }],
  ["POST", "/api/show", { capabilities: ["completion", "tools"] }],
  ["GET", "/info", { model_id: "pilot", max_total_tokens: 2048 }],
])("%s %s tells of models", async ([method, path, expected]) => {
  await using rig = await startRig({ upstreams: [upstream({ url: "http://127.0.0.1:1" })] });
  const called = await call(rig.port, {
    method,
    path,
    ...(method === "POST" ? { body: { model: "pilot" } } : {}),
  });
  expect(called.status).toBe(200);
  expect(JSON.parse(called.text)).toMatchObject(expected);
});

test("the models are listed as Anthropic does to its clients", async () => {
  await using rig = await startRig({ upstreams: [upstream({ url: "http://127.0.0.1:1" })] });
  const headers = { "anthropic-version": "2023-06-01" };
  const called = await call(rig.port, { path: "/v1/models", headers });
  expect(JSON.parse(called.text)).toMatchObject({
    data: [{ type: "model", id: "pilot", created_at: "2023-11-14T22:13:20.000Z" }, { id: "berth/pilot" }],
    has_more: false,
    first_id: "pilot",
  });
  const one = await call(rig.port, { path: "/v1/models/berth%2Fpilot", headers });
  expect(JSON.parse(one.text)).toMatchObject({ type: "model", id: "berth/pilot" });
});

test("a service's own port knows its model, also for systems that never name one", async () => {
  await using server = await startFakeModelServer({ script: () => completion });
  const service = upstream({ url: server.url });
  await using rig = await startRig({ servicePort: 4000 });
  rig.routes.set([service], new Map([[4000, service]]));
  const called = await call(rig.port, { path: "/", body: { inputs: "Hi" } });
  expect(JSON.parse(called.text)).toEqual([{ generated_text: "Hello" }]);
});

test("at the port of a user's own server, other systems' paths are that server's affair", async () => {
  await using server = await startFakeModelServer({ script: () => json({ own: true }) });
  const service = upstream({ url: server.url, anyPath: true });
  await using rig = await startRig({ servicePort: 4000 });
  rig.routes.set([service], new Map([[4000, service]]));
  for (const path of ["/v1/messages", "/api/tags", "/info", "/generate", "/transcribe"]) {
    const called = await call(rig.port, { path, ...(path === "/info" ? {} : { body: { any: "thing" } }) });
    expect([path, called.text]).toEqual([path, '{"own":true}']);
    expect(server.received.at(-1)?.url).toBe(path);
  }
});

describe("a provider that speaks the caller's protocol", () => {
  const openai = { kind: "openai" } as const;

  test("gets the caller's bytes, but for the model, also of what nobody could translate", async () => {
    await using server = await startFakeModelServer({
      script: () => json({ object: "response", id: "resp_own" }),
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url, target: openai })]);
    const body = { model: "chat", input: "Hi", background: true };
    const called = await call(rig.port, { path: "/v1/responses", body });
    expect(called.text).toBe('{"object":"response","id":"resp_own"}');
    expect(server.received[0]?.url).toBe("/v1/responses");
    expect(server.received[0]?.body.toString()).toBe(JSON.stringify({ ...body, model: "upstream-big" }));
  });

  test.each([
    ["is answered to its end", 0, "ok"],
    ["is not, when that breaks off", 100, "error"],
  ])("with a response whose last event says all of it again %s", async (_fact, cut, outcome) => {
    const event = (type: string, more: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    const response = { output: "word ".repeat(9000), usage: { input_tokens: 3, output_tokens: 9000 } };
    const bytes = event("response.created", {}) + event("response.completed", { response });
    const sent = bytes.slice(0, bytes.length - cut);
    const write: Step = { do: "write_pieces", bytes: sent, pieceBytes: 5000 };
    await using server = await startFakeModelServer({
      script: () => [eventStreamHead, write, { do: "end" }],
    });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url, target: openai })]);
    const called = await call(rig.port, {
      path: "/v1/responses",
      body: { model: "chat", input: "Hi", stream: true },
    });
    expect(called.text.startsWith(sent)).toBe(true);
    expect(rig.observed[0]?.outcome).toBe(outcome);
    if (cut === 0) expect(rig.observed[0]?.tokens.outputTokens).toBe(9000);
  });

  const document = { type: "document", source: { type: "url", url: "https://example.org/a.pdf" } };
  test.for<[ProviderKind, string, object, string]>([
    [
      "anthropic",
      "/v1/messages",
      { ...messages, model: "chat", messages: [{ role: "user", content: [document] }] },
      "upstream-big",
    ],
    ["anthropic", "/v1/messages/count_tokens", { model: "chat", messages: user }, "upstream-big"],
    ["ollama", "/api/generate", { model: "chat", prompt: "Hi", template: "{{ .Prompt }}" }, "upstream-big"],
    ["tgi", "/generate_stream", { model: "chat", inputs: "Hi", parameters: { truncate: 5 } }, "chat"],
  ])("%s is asked at %s itself", async ([kind, path, body, model]) => {
    await using server = await startFakeModelServer({ script: () => json({ own: true }) });
    await using rig = await startRig();
    rig.routes.route("chat", [provider({ url: server.url, target: { kind, url: server.url } })]);
    const called = await call(rig.port, { path, body });
    expect(called.text).toBe('{"own":true}');
    expect(server.received[0]?.url).toBe(path);
    expect(server.received[0]?.body.toString()).toBe(JSON.stringify({ ...body, model }));
  });

  test("that takes any path takes responses that name no model", async () => {
    await using server = await startFakeModelServer({ script: () => json({ object: "response" }) });
    await using rig = await startRig();
    const { target } = provider({ url: server.url, target: openai });
    rig.routes.change({ anyPath: target });
    const body = { prompt: { id: "pmpt_1" } };
    const called = await call(rig.port, { path: "/v1/responses", body });
    expect(called.text).toBe('{"object":"response"}');
    expect(server.received[0]?.body.toString()).toBe(JSON.stringify(body));
  });

  test("is alone asked for what cannot be said in OpenAI's words", async () => {
    await using plain = await startFakeModelServer();
    await using able = await startFakeModelServer({ script: () => json({ object: "response" }) });
    await using rig = await startRig();
    rig.routes.route("chat", [
      provider({ id: "one/a", url: plain.url }),
      provider({ id: "two/b", url: able.url, target: { ...openai, providerId: "prv-2" } }),
    ]);
    await call(rig.port, {
      path: "/v1/responses",
      body: { model: "chat", input: "Hi", conversation: "conv_1" },
    });
    expect([plain.received.length, able.received.length]).toEqual([0, 1]);
  });
});

test.for([
  ["POST", "/v1/messages", true],
  ["GET", "/v1", true],
  ["POST", "/transcribe", true],
  ["POST", "/api/chat", true],
  ["GET", "/api/tags", true],
  ["POST", "/", true],
  ["POST", "/generate", true],
  ["GET", "/", false],
  ["GET", "/api/v1/services", false],
  ["GET", "/api/docs", false],
  ["GET", "/api/tags/more", false],
  ["GET", "/v1x", false],
  ["GET", "/services", false],
] as const)("%s %s at the main address is for models: %s", ([method, path, expected]) => {
  expect(isForModels(method, path)).toBe(expected);
});
