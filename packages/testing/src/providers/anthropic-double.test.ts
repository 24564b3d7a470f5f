import { expect, test } from "vitest";
import { startAnthropicDouble } from "./anthropic-double.ts";
import { ask, eventsOf } from "./double-client.ts";

const headers = { "x-api-key": "k", "anthropic-version": "2023-06-01" };
const hello = { model: "claude-tiny", max_tokens: 2000, messages: [{ role: "user", content: "hi you" }] };
const add = { name: "add", input_schema: { type: "object" } };
const calls = [{ id: "toolu_1", name: "add", arguments: { a: 1 } }];

test("a message is whole: content in blocks, why it ended, and what it cost", async () => {
  await using claude = await startAnthropicDouble({ answer: () => ({ cached: { created: 1, read: 0 } }) });
  const answer = await ask(`${claude.url}/v1/messages`, hello, headers);
  expect(answer.headers.get("request-id")).toMatch(/^req_/);
  expect(answer.json).toMatchObject({
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: "echo: hi you" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, cache_creation_input_tokens: 1, cache_read_input_tokens: 0, output_tokens: 3 },
  });
});

test("a stream names its events, and thoughts, text and calls are blocks in it", async () => {
  await using claude = await startAnthropicDouble({
    answer: () => ({ reasoning: "so so", text: "one two", toolCalls: calls }),
  });
  const body = { ...hello, stream: true, tools: [add], thinking: { type: "enabled", budget_tokens: 1024 } };
  const { text } = await ask(`${claude.url}/v1/messages`, body, headers);
  const events = eventsOf(text) as { type: string }[];
  expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(
    events.map(({ type }) => type),
  );
  const block = (index: number, ...inside: unknown[]): unknown[] => [
    ...inside,
    { type: "content_block_stop", index },
  ];
  expect(events).toMatchObject([
    { type: "message_start", message: { content: [], stop_reason: null, usage: { output_tokens: 1 } } },
    ...block(
      0,
      { type: "content_block_start", content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "ping" },
      { index: 0, delta: { type: "thinking_delta", thinking: "so" } },
      { index: 0, delta: { type: "thinking_delta", thinking: " so" } },
      { index: 0, delta: { type: "signature_delta", signature: "c2lnbmVk" } },
    ),
    ...block(
      1,
      { type: "content_block_start", content_block: { type: "text", text: "" } },
      { index: 1, delta: { type: "text_delta", text: "one" } },
      { index: 1, delta: { type: "text_delta", text: " two" } },
    ),
    ...block(
      2,
      { content_block: { type: "tool_use", id: "toolu_1", name: "add", input: {} } },
      { index: 2, delta: { type: "input_json_delta", partial_json: "" } },
      { index: 2, delta: { type: "input_json_delta", partial_json: '{"a":1}' } },
    ),
    {
      type: "message_delta",
      delta: { stop_reason: "tool_use" },
      usage: { output_tokens: 5, input_tokens: 3 },
    },
    { type: "message_stop" },
  ]);
});

test("older streams tell only the output's tokens at the end", async () => {
  await using claude = await startAnthropicDouble({ deltaUsage: "output only" });
  const { text } = await ask(`${claude.url}/v1/messages`, { ...hello, stream: true }, headers);
  expect(eventsOf(text).at(-2)).toMatchObject({ type: "message_delta", usage: { output_tokens: 3 } });
  expect(eventsOf(text).at(-2)).not.toHaveProperty("usage.input_tokens");
});

test("a stream that breaks ends with an error event", async () => {
  await using claude = await startAnthropicDouble({ answer: () => ({ breaksAfterTokens: 1 }) });
  const { status, text } = await ask(`${claude.url}/v1/messages`, { ...hello, stream: true }, headers);
  expect(status).toBe(200);
  expect(text).toMatch(/event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"/);
  expect(
    eventsOf(text).filter((item) => (item as { type: string }).type === "content_block_delta"),
  ).toHaveLength(1);
});

test.each<[string, Record<string, unknown>, unknown]>([
  ["a stop sequence", { stop_sequences: ["you"] }, { stop_reason: "stop_sequence", stop_sequence: "you" }],
  ["too few tokens", { max_tokens: 1 }, { stop_reason: "max_tokens", stop_sequence: null }],
])("%s ends a message and is told", async (_fact, more, ending) => {
  await using claude = await startAnthropicDouble();
  expect((await ask(`${claude.url}/v1/messages`, { ...hello, ...more }, headers)).json).toMatchObject(
    ending as object,
  );
});

const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "2" }] };
const use = { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "add", input: {} }] };
const [question] = hello.messages;

test.each<[string, Record<string, unknown>, string]>([
  ["no max_tokens", { max_tokens: undefined }, "max_tokens: Field required"],
  ["a field of another API", { n: 1 }, "n: Extra inputs are not permitted"],
  [
    "a system message",
    { messages: [{ role: "system", content: "x" }] },
    'messages: Unexpected role "system"',
  ],
  ["a tool message", { messages: [{ role: "tool", content: "x" }] }, 'messages: Unexpected role "tool"'],
  [
    "a name on a message",
    { messages: [{ ...question, name: "x" }] },
    "messages.0.name: Extra inputs are not permitted",
  ],
  ["no messages", { messages: [] }, "messages: at least one message is required"],
  [
    "empty text",
    { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] },
    "messages: text content blocks must be non-empty",
  ],
  [
    "an image in another API's shape",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] },
    "messages.0.content.0: Input tag 'image_url' found",
  ],
  ["too hot", { temperature: 1.5 }, "temperature: Input should be less than or equal to 1"],
  [
    "a blank stop",
    { stop_sequences: ["\n"] },
    "stop_sequences: each stop sequence must contain non-whitespace",
  ],
  [
    "a tool in another API's shape",
    { tools: [{ type: "function", function: add }] },
    "tools.0: Input tag 'function'",
  ],
  ["a tool without a schema", { tools: [{ name: "add" }] }, "tools.0.custom.input_schema: Field required"],
  ["a result of no call", { messages: [question, result] }, "messages.1.content.0: unexpected `tool_use_id`"],
  [
    "a call without result",
    { messages: [question, use, question] },
    "messages.1: `tool_use` ids were found without",
  ],
  [
    "more thought than answer",
    { thinking: { type: "enabled", budget_tokens: 3000 } },
    "`max_tokens` must be greater",
  ],
  ["too much asked for", { max_tokens: 9000 }, "max_tokens: 9000 > 8192"],
])("%s is an invalid request", async (_fact, more, message) => {
  await using claude = await startAnthropicDouble();
  const answer = await ask(`${claude.url}/v1/messages`, { ...hello, ...more }, headers);
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({
    type: "error",
    error: { type: "invalid_request_error", message: expect.stringContaining(message) },
    request_id: expect.stringMatching(/^req_/),
  });
});

test.each([
  [{ temperature: 1, top_p: 0.99 }, 200],
  [{ temperature: 0.5 }, 400],
  [{ top_p: 0.5 }, 400],
  [{ top_k: 5 }, 400],
])("a model that samples as it likes, given %o, answers %i", async (more, status) => {
  await using claude = await startAnthropicDouble({ unsampledModels: ["claude-tiny"] });
  expect((await ask(`${claude.url}/v1/messages`, { ...hello, ...more }, headers)).status).toBe(status);
});

test("a call and its result are taken", async () => {
  await using claude = await startAnthropicDouble();
  const answer = await ask(
    `${claude.url}/v1/messages`,
    { ...hello, messages: [question, use, result] },
    headers,
  );
  expect(answer.json).toMatchObject({ content: [{ text: "echo: 2" }] });
});

test.each<[string, Record<string, string>, number, string, string]>([
  [
    "no key",
    { "anthropic-version": "2023-06-01" },
    401,
    "authentication_error",
    "x-api-key header is required",
  ],
  ["another key", { ...headers, "x-api-key": "other" }, 401, "authentication_error", "invalid x-api-key"],
  [
    "a version that there never was",
    { "x-api-key": "k", "anthropic-version": "2024-01-01" },
    400,
    "invalid_request_error",
    "anthropic-version: 2024-01-01 is not a valid version",
  ],
  ["no version", { "x-api-key": "k" }, 400, "invalid_request_error", "anthropic-version: header is required"],
])("%s is refused", async (_fact, given, status, type, message) => {
  await using claude = await startAnthropicDouble({ apiKey: "k" });
  const answer = await ask(`${claude.url}/v1/messages`, hello, given);
  expect([answer.status, answer.json]).toMatchObject([status, { error: { type, message } }]);
});

test("the newer version takes a bearer token, and no sampling", async () => {
  await using claude = await startAnthropicDouble({ apiKey: "k" });
  const newer = { authorization: "Bearer k", "anthropic-version": "2026-10-21" };
  expect((await ask(`${claude.url}/v1/messages`, hello, newer)).status).toBe(200);
  const sampled = await ask(`${claude.url}/v1/messages`, { ...hello, temperature: 1 }, newer);
  expect([sampled.status, sampled.json]).toMatchObject([
    400,
    { error: { message: "temperature: Extra inputs are not permitted" } },
  ]);
});

test.each([
  [{ kind: "rate_limited", retryAfterSeconds: 7 }, 429, "rate_limit_error", "7"],
  [{ kind: "overloaded" }, 529, "overloaded_error", null],
] as const)("%o is told with its status", async (error, status, type, retryAfter) => {
  await using claude = await startAnthropicDouble({ answer: () => ({ error }) });
  const answer = await ask(`${claude.url}/v1/messages`, hello, headers);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
  expect(answer.json).toMatchObject({ type: "error", error: { type } });
});

test("tokens are counted, models listed page by page, and unknown ones not found", async () => {
  await using claude = await startAnthropicDouble({ models: ["claude-tiny", "claude-two"] });
  const { max_tokens: _most, ...countable } = hello;
  const at = `${claude.url}/v1`;
  expect((await ask(`${at}/messages/count_tokens`, countable, headers)).json).toEqual({ input_tokens: 2 });
  expect((await ask(`${at}/messages/count_tokens`, hello, headers)).status).toBe(400);
  expect((await ask(`${at}/models?limit=1`, undefined, headers)).json).toMatchObject({
    data: [{ type: "model", id: "claude-tiny" }],
    has_more: true,
    last_id: "claude-tiny",
  });
  expect((await ask(`${at}/models?limit=1&after_id=claude-tiny`, undefined, headers)).json).toMatchObject({
    data: [{ id: "claude-two" }],
    has_more: false,
  });
  const unknown = await ask(`${at}/messages`, { ...hello, model: "no" }, headers);
  expect([unknown.status, unknown.json]).toMatchObject([404, { error: { message: "model: no" } }]);
});
