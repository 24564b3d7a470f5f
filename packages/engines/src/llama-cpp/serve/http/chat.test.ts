import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, pilotConfig, startEngine, streamedText, type TestEngine } from "../test/engine.ts";

const path = "/v1/chat/completions";
const berth =
  "Berth runs open models on your laptop, in containers or on a Slurm cluster, and gives all of them one address that speaks the OpenAI API.";

let engine: TestEngine;
let ids = 0;
const clock = {
  now: () => 1_700_000_000_123,
  monotonic: () => performance.now(),
  sleep: () => Promise.resolve(),
};
beforeAll(async () => {
  engine = await startEngine(pilotConfig(), { newId: (prefix) => `${prefix}${++ids}`, clock });
});
afterAll(() => engine.close());

const post = (body: object) => engine.post(path, body);

describe("the wire form", () => {
  test("of a whole answer", async () => {
    ids = 0;
    const { status, headers, text } = await post(
      ask("Who are you?", { max_tokens: 3, model: "my-name-for-it" }),
    );
    expect([status, headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
    expect(text).toBe(
      '{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"my-name-for-it","choices":[' +
        '{"index":0,"message":{"role":"assistant","content":"I am Pilot","refusal":null},"logprobs":null,"finish_reason":"length"}],' +
        '"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":0}}}',
    );
  });

  test("of a stream: the role first, then text, the reason, the usage, and [DONE]", async () => {
    ids = 0;
    const { headers, text, broken } = await post(
      ask("Who made you?", { max_tokens: 2, stream: true, stream_options: { include_usage: true } }),
    );
    expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const head =
      'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"berth/pilot","choices":[';
    const chunk = (delta: string, reason = "null"): string =>
      `${head}{"index":0,"delta":{${delta}},"logprobs":null,"finish_reason":${reason}}],"usage":null}\n\n`;
    expect(text).toBe(
      chunk('"role":"assistant","content":""') +
        chunk('"content":"I"') +
        chunk('"content":" was"') +
        chunk("", '"length"') +
        `${head}],"usage":{"prompt_tokens":12,"completion_tokens":2,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":0}}}\n\n` +
        "data: [DONE]\n\n",
    );
    expect(broken).toBe(false);
  });

  test("usage is told only to who asks for it", async () => {
    const { text } = await post(ask("Who are you?", { max_tokens: 2, stream: true }));
    expect(text).not.toContain("usage");
  });

  test("of log-probabilities, whole and streamed", async () => {
    const request = ask("Who are you?", { max_tokens: 2, logprobs: true, top_logprobs: 2 });
    const whole = (await post(request)).json.choices[0].logprobs;
    expect(whole).toEqual({
      content: [" am", "I"].toReversed().map((token) => ({
        token,
        logprob: expect.any(Number),
        bytes: [...Buffer.from(token)],
        top_logprobs: [
          { token, logprob: expect.any(Number), bytes: [...Buffer.from(token)] },
          { token: expect.any(String), logprob: expect.any(Number), bytes: expect.any(Array) },
        ],
      })),
      refusal: null,
    });
    const streamed = (await post({ ...request, stream: true })).events;
    expect(streamed.flatMap((event) => event.choices[0].logprobs?.content ?? [])).toEqual(whole.content);
  });

  test("of a call, streamed: who is called, then with what", async () => {
    ids = 0;
    const { events } = await post({ ...ask("How is the weather in Tokyo?"), stream: true, tools });
    expect(events.map((event) => event.choices[0].delta)).toEqual([
      { role: "assistant", content: "" },
      {
        tool_calls: [
          { index: 0, id: "call_2", type: "function", function: { name: "get_weather", arguments: "" } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":"Tokyo"}' } }] },
      {},
    ]);
    expect(events.at(-1).choices[0].finish_reason).toBe("tool_calls");
  });
});

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Get the weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
  {
    type: "function",
    function: {
      name: "say",
      parameters: { type: "object", properties: { text: { enum: ["hi"] } }, required: ["text"] },
    },
  },
];

describe("choices", () => {
  test("several are sampled apart, and the prompt counts once", async () => {
    const { json } = await post({
      ...ask("Tell me a story."),
      temperature: 1,
      n: 3,
      seed: 4,
      max_tokens: 30,
    });
    const texts = json.choices.map((choice: { message: { content: string } }) => choice.message.content);
    expect(new Set(texts).size).toBe(3);
    expect(json.choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2]);
    expect(json.usage).toMatchObject({ prompt_tokens: 13, completion_tokens: 90 });
  });

  test("several in a stream each have their role, text and end", async () => {
    const request = { ...ask("Tell me a story."), temperature: 1, n: 2, seed: 4, max_tokens: 10 };
    const whole = await post(request);
    const streamed = await post({ ...request, stream: true });
    for (const index of [0, 1]) {
      expect(streamedText(streamed, index)).toBe(whole.json.choices[index].message.content);
      const own = streamed.events.map((event) => event.choices[0]).filter((choice) => choice.index === index);
      expect(own[0].delta.role).toBe("assistant");
      expect(own.at(-1).finish_reason).toBe("length");
    }
  });
});

describe("an answer ends", () => {
  test.each([
    ["before a stop string", { stop: " open" }, "Berth runs", "stop"],
    ["before the earliest of several", { stop: ["laptop", "models"] }, "Berth runs open ", "stop"],
    ["at max_completion_tokens", { max_completion_tokens: 2, max_tokens: 9 }, "Berth runs", "length"],
    ["by itself", {}, berth, "stop"],
  ])("%s", async (_, more, content, reason) => {
    const request = ask("What is Berth?", more);
    const [choice] = (await post(request)).json.choices;
    expect([choice.message.content, choice.finish_reason]).toEqual([content, reason]);
    const streamed = await post({ ...request, stream: true });
    expect(streamedText(streamed)).toBe(content);
    expect(streamed.events.at(-1).choices[0].finish_reason).toBe(reason);
  });
});

describe("what is refused, with its field, before any byte of an answer", () => {
  const user = [{ role: "user", content: "Hi" }];
  test.each([
    ["a wrong type", { messages: [{ role: "user", content: 3 }] }, "invalid_request", "messages[0].content"],
    [
      "an image",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }] }] },
      "unsupported",
      "messages[0].content[0]",
    ],
    [
      "a prompt that is too long",
      { messages: [{ role: "user", content: "q".repeat(600) }] },
      "context_length_exceeded",
      "messages",
    ],
    [
      "a schema that cannot be followed",
      {
        messages: user,
        response_format: {
          type: "json_schema",
          json_schema: { name: "s", schema: { type: "string", pattern: "a" } },
        },
      },
      "unsupported",
      "response_format.json_schema.schema.pattern",
    ],
    [
      "a bias for a token that there is not",
      { messages: user, logit_bias: { "99999": 1 } },
      "invalid_request",
      "logit_bias.99999",
    ],
    [
      "a tool that there is not",
      { messages: user, tools, tool_choice: { type: "function", function: { name: "fly" } } },
      "invalid_request",
      "tool_choice.function.name",
    ],
    [
      "required tools without tools",
      { messages: user, tool_choice: "required" },
      "invalid_request",
      "tool_choice",
    ],
  ])("%s", async (_, body, code, param) => {
    const { status, json } = await post({ ...body, stream: true });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code, param, type: "invalid_request_error" });
  });

  test("the numbers of a prompt that is too long", async () => {
    const { json } = await post({ messages: [{ role: "user", content: "q".repeat(600) }] });
    expect(json.error.details).toEqual({ promptTokens: 608, maxPromptTokens: 511, contextTokens: 512 });
  });

  test("fields that nobody knows are no fault", async () => {
    expect((await post(ask("Hi", { max_tokens: 1, frobnicate: true }))).status).toBe(200);
  });
});

test("a second turn reads its new tokens only, and says so", async () => {
  const first = await post(ask("My name is Clara."));
  const messages = [
    { role: "user", content: "My name is Clara." },
    { role: "assistant", content: first.json.choices[0].message.content },
    { role: "user", content: "What is my name?" },
  ];
  const { json } = await post({ messages, temperature: 0 });
  expect(json.choices[0].message.content).toBe("Your name is Clara.");
  expect(json.usage.prompt_tokens_details.cached_tokens).toBe(first.json.usage.total_tokens);
});
