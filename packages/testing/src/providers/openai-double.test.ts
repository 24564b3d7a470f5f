import { expect, test } from "vitest";
import { ask, eventsOf } from "./double-client.ts";
import { startOpenAiDouble } from "./openai-double.ts";

const headers = { authorization: "Bearer k" };
const hello = { model: "gpt-tiny", messages: [{ role: "user", content: "hi you" }] };
const tools = [{ type: "function", function: { name: "add", parameters: {} } }];
const toolCalls = [{ id: "call_1", name: "add", arguments: { a: 1, b: 2 } }];

test("a chat is answered whole, with what it cost in detail", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ reasoning: "so so", cachedTokens: 1 }) });
  const answer = await ask(`${openai.url}/v1/chat/completions`, hello, headers);
  expect(answer.json).toMatchObject({
    object: "chat.completion",
    model: "gpt-tiny",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "echo: hi you", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 2,
      completion_tokens: 5,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 2 },
    },
  });
  expect(answer.text).not.toContain("so so");
});

test("a stream has a role first, a reason last, usage when asked for, and [DONE]", async () => {
  await using openai = await startOpenAiDouble();
  const body = { ...hello, stream: true };
  const asked = await ask(
    `${openai.url}/v1/chat/completions`,
    { ...body, stream_options: { include_usage: true } },
    headers,
  );
  expect(eventsOf(asked.text)).toMatchObject([
    { choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }], usage: null },
    { choices: [{ delta: { content: "echo:" } }], usage: null },
    { choices: [{ delta: { content: " hi" } }] },
    { choices: [{ delta: { content: " you" } }] },
    { choices: [{ delta: {}, finish_reason: "stop" }], usage: null },
    { choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } },
    "[DONE]",
  ]);
  const unasked = await ask(`${openai.url}/v1/chat/completions`, body, headers);
  expect(unasked.text).not.toContain("usage");
  expect(unasked.text).toContain('"obfuscation":"');
  const open = { ...body, stream_options: { include_obfuscation: false } };
  expect((await ask(`${openai.url}/v1/chat/completions`, open, headers)).text).not.toContain("obfuscation");
});

test("calls come in pieces: the id and name once, then the arguments", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ toolCalls }) });
  const { text } = await ask(`${openai.url}/v1/chat/completions`, { ...hello, tools, stream: true }, headers);
  expect(eventsOf(text)).toMatchObject([
    { choices: [{ delta: { role: "assistant", content: null } }] },
    {
      choices: [
        {
          delta: {
            tool_calls: [
              { index: 0, id: "call_1", type: "function", function: { name: "add", arguments: "" } },
            ],
          },
        },
      ],
    },
    { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"a":1,' } }] } }] },
    { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '"b":2}' } }] } }] },
    { choices: [{ delta: {}, finish_reason: "tool_calls" }] },
    "[DONE]",
  ]);
});

test("n asks for several choices, logprobs for what each token was worth", async () => {
  await using openai = await startOpenAiDouble();
  const answer = await ask(
    `${openai.url}/v1/chat/completions`,
    { ...hello, n: 2, logprobs: true, top_logprobs: 1 },
    headers,
  );
  const token = { token: "echo:", bytes: [101, 99, 104, 111, 58], top_logprobs: [{ token: "echo:" }] };
  expect(answer.json).toMatchObject({
    choices: [{ index: 0, logprobs: { content: [token, {}, {}], refusal: null } }, { index: 1 }],
  });
});

test("a refusal stands beside the text, not in it", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ refusal: "I will not" }) });
  const answer = await ask(`${openai.url}/v1/chat/completions`, hello, headers);
  expect(answer.json).toMatchObject({ choices: [{ message: { content: null, refusal: "I will not" } }] });
});

test("a stream that breaks ends with an error and without [DONE]", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ breaksAfterTokens: 1 }) });
  const { text } = await ask(`${openai.url}/v1/chat/completions`, { ...hello, stream: true }, headers);
  expect(eventsOf(text)).toMatchObject([
    {},
    { choices: [{ delta: { content: "echo:" } }] },
    { error: { type: "server_error" } },
  ]);
});

const call = {
  role: "assistant",
  content: null,
  tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
};
const [question] = hello.messages;

test.each<[string, Record<string, unknown>, string | null, string | null]>([
  ["no messages", { messages: undefined }, "messages", "missing_required_parameter"],
  ["an unknown field", { top_k: 1 }, null, null],
  ["an unknown role", { messages: [{ role: "bot", content: "" }] }, "messages[0].role", "invalid_value"],
  ["too hot", { temperature: 3 }, "temperature", "decimal_above_max_value"],
  ["no choices", { n: 0 }, "n", "integer_below_min_value"],
  ["a word for a number", { top_p: "1" }, "top_p", "invalid_type"],
  ["five stops", { stop: ["a", "b", "c", "d", "e"] }, "stop", "array_above_max_length"],
  ["stream options without stream", { stream_options: {} }, "stream_options", null],
  [
    "a result of no call",
    { messages: [question, { role: "tool", tool_call_id: "c", content: "" }] },
    "messages.[1].role",
    null,
  ],
  ["a call without result", { messages: [question, call, question] }, "messages.[2].role", null],
  [
    "arguments as an object",
    {
      messages: [
        { ...call, tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: {} } }] },
      ],
    },
    "messages[0].tool_calls[0].function.arguments",
    "invalid_type",
  ],
  [
    "a part of another API",
    { messages: [{ role: "user", content: [{ type: "image", source: {} }] }] },
    "messages[0].content[0].type",
    "invalid_value",
  ],
  [
    "max_tokens for a reasoning model",
    { model: "o-tiny", max_tokens: 1 },
    "max_tokens",
    "unsupported_parameter",
  ],
])("%s is refused with its parameter named", async (_fact, more, param, code) => {
  await using openai = await startOpenAiDouble({
    models: ["gpt-tiny", "o-tiny"],
    reasoningModels: ["o-tiny"],
  });
  const answer = await ask(`${openai.url}/v1/chat/completions`, { ...hello, ...more }, headers);
  expect([answer.status, answer.json]).toMatchObject([
    400,
    { error: { type: "invalid_request_error", param, code, message: expect.any(String) } },
  ]);
});

test.each([
  [{ kind: "rate_limited", retryAfterMs: 1500 }, 429, "rate_limit_exceeded", "1500"],
  [{ kind: "quota" }, 429, "insufficient_quota", null],
  [{ kind: "server_error" }, 500, null, null],
] as const)("%o is told with its status", async (error, status, code, retryAfterMs) => {
  await using openai = await startOpenAiDouble({ answer: () => ({ error }) });
  const answer = await ask(`${openai.url}/v1/chat/completions`, hello, headers);
  expect([answer.status, answer.json, answer.headers.get("retry-after-ms")]).toMatchObject([
    status,
    { error: { code } },
    retryAfterMs,
  ]);
});

test("keys, models, lengths and paths that are wrong are told apart", async () => {
  await using openai = await startOpenAiDouble({ apiKey: "k", contextTokens: 3 });
  const at = `${openai.url}/v1/chat/completions`;
  const long = { ...hello, messages: [{ role: "user", content: "a b c d" }] };
  const answers = [
    await ask(at, hello),
    await ask(at, hello, { authorization: "Bearer other" }),
    await ask(at, { ...hello, model: "no" }, headers),
    await ask(at, long, headers),
    await ask(`${openai.url}/v1/rerank`, {}, headers),
  ];
  expect(
    answers.map(({ status, json }) => [status, (json as { error: { code: string } }).error.code]),
  ).toEqual([
    [401, null],
    [401, "invalid_api_key"],
    [404, "model_not_found"],
    [400, "context_length_exceeded"],
    [404, null],
  ]);
});

test("completions continue each prompt, streamed or whole", async () => {
  await using openai = await startOpenAiDouble();
  const at = `${openai.url}/v1/completions`;
  const body = { model: "gpt-tiny", prompt: ["a", "b"], stop: "zzz" };
  expect((await ask(at, body, headers)).json).toMatchObject({
    object: "text_completion",
    choices: [
      { index: 0, text: "echo: a", finish_reason: "stop", logprobs: null },
      { index: 1, text: "echo: b" },
    ],
    usage: { prompt_tokens: 2, completion_tokens: 4 },
  });
  expect((await ask(at, { ...body, prompt: "a", logprobs: 1 }, headers)).json).toMatchObject({
    choices: [
      { logprobs: { tokens: ["echo:", " a"], text_offset: [0, 5], top_logprobs: [{ "echo:": -0.25 }, {}] } },
    ],
  });
  const streamed = await ask(at, { ...body, prompt: "a", echo: true, stream: true }, headers);
  expect(eventsOf(streamed.text)).toMatchObject([
    { choices: [{ text: "a", finish_reason: null }] },
    { choices: [{ text: "echo:" }] },
    { choices: [{ text: " a" }] },
    { choices: [{ text: "", finish_reason: "stop" }] },
    "[DONE]",
  ]);
});

test("embeddings are numbers, or the same in base64", async () => {
  await using openai = await startOpenAiDouble();
  const body = { model: "gpt-tiny", input: ["a"], dimensions: 3 };
  const plain = await ask(`${openai.url}/v1/embeddings`, body, headers);
  const coded = await ask(`${openai.url}/v1/embeddings`, { ...body, encoding_format: "base64" }, headers);
  const embedding = (answer: unknown): unknown =>
    (answer as { data: { embedding: unknown }[] }).data[0]?.embedding;
  const bytes = Buffer.from(String(embedding(coded.json)), "base64");
  expect([0, 4, 8].map((at) => bytes.readFloatLE(at).toFixed(5))).toEqual(
    (embedding(plain.json) as number[]).map((value) => value.toFixed(5)),
  );
  const empty = await ask(`${openai.url}/v1/embeddings`, { ...body, input: [] }, headers);
  expect(empty.status).toBe(400);
});

test("speech is heard and said", async () => {
  await using openai = await startOpenAiDouble();
  const form = new FormData();
  form.set("model", "gpt-tiny");
  form.set("file", new File(["abc"], "talk.wav"));
  const heard = await fetch(`${openai.url}/v1/audio/transcriptions`, { method: "POST", headers, body: form });
  expect(await heard.json()).toMatchObject({ text: "talk.wav, 3 bytes" });
  const said = await ask(
    `${openai.url}/v1/audio/speech`,
    { model: "gpt-tiny", input: "hi", voice: "alloy" },
    headers,
  );
  expect([said.headers.get("content-type"), said.text]).toEqual(["audio/mpeg", "hi"]);
  expect(
    (await ask(`${openai.url}/v1/audio/speech`, { model: "gpt-tiny", input: "hi" }, headers)).status,
  ).toBe(400);
});

test("a server that ranks puts the most relevant first", async () => {
  await using openai = await startOpenAiDouble({ reranks: true });
  const body = { model: "gpt-tiny", query: "red fox", documents: ["a dog", "the red fox", "red"], top_n: 2 };
  expect((await ask(`${openai.url}/v1/rerank`, body, headers)).json).toMatchObject({
    results: [
      { index: 1, relevance_score: 1 },
      { index: 2, relevance_score: 0.5 },
    ],
  });
});

test("models are listed and found", async () => {
  await using openai = await startOpenAiDouble();
  expect((await ask(`${openai.url}/v1/models`, undefined, headers)).json).toMatchObject({
    object: "list",
    data: [{ id: "gpt-tiny", object: "model" }],
  });
  expect((await ask(`${openai.url}/v1/models/no`, undefined, headers)).status).toBe(404);
});
