import { BerthError } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import type { CallableModel } from "../../model-list.ts";
import type { TextCompletion } from "../../openai/shapes.ts";
import { lookingAnswer } from "../../test/looking-answer.ts";
import { chunk, counted, meantAnswers, seeds, streamOf, usage, usageChunk } from "../../testing/chunkings.ts";
import type { Ingress } from "../ingress.ts";
import { ollamaChat } from "./chat-ingress.ts";
import { ollamaEmbed, ollamaEmbeddings } from "./embed-ingress.ts";
import { ollamaGenerate } from "./generate-ingress.ts";
import { ollamaRunning, ollamaShow, ollamaTags } from "./ollama-models.ts";

const read = (ingress: Ingress, body: object, clock = new FakeClock(0)) =>
  ingress.read({ model: "pilot", ...body }, { requestId: "r", clock, newId: counted() });
const user = [{ role: "user", content: "Hi" }];
const schema = { type: "object", properties: { city: { type: "string" } } };
const png = "iVBORw0KGgo=";

describe("a request becomes OpenAI's", () => {
  test.for<[string, Ingress, object, { request: object; operation: string; stream: boolean }]>([
    [
      "a chat, streamed unless told otherwise",
      ollamaChat,
      { messages: user },
      { operation: "chat", stream: true, request: { messages: user } },
    ],
    [
      "a whole chat",
      ollamaChat,
      { messages: user, stream: false, keep_alive: "5m", format: "", tools: [] },
      { operation: "chat", stream: false, request: { messages: user } },
    ],
    [
      "options",
      ollamaChat,
      {
        messages: user,
        options: {
          num_ctx: 8192,
          num_predict: 64,
          temperature: 0.5,
          top_k: 4,
          top_p: 0.9,
          min_p: 0.1,
          seed: 7,
          stop: ["END"],
          repeat_penalty: 1.1,
          presence_penalty: 0.1,
          frequency_penalty: 0.2,
        },
      },
      {
        operation: "chat",
        stream: true,
        request: {
          messages: user,
          max_tokens: 64,
          temperature: 0.5,
          top_k: 4,
          top_p: 0.9,
          min_p: 0.1,
          seed: 7,
          stop: ["END"],
          repetition_penalty: 1.1,
          presence_penalty: 0.1,
          frequency_penalty: 0.2,
        },
      },
    ],
    [
      "no limit",
      ollamaChat,
      { messages: user, options: { num_predict: -1 } },
      { operation: "chat", stream: true, request: { messages: user } },
    ],
    [
      "JSON",
      ollamaChat,
      { messages: user, format: "json" },
      {
        operation: "chat",
        stream: true,
        request: { messages: user, response_format: { type: "json_object" } },
      },
    ],
    [
      "a schema",
      ollamaChat,
      { messages: user, format: schema },
      {
        operation: "chat",
        stream: true,
        request: {
          messages: user,
          response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
        },
      },
    ],
    [
      "thought",
      ollamaChat,
      { messages: user, think: "high" },
      { operation: "chat", stream: true, request: { messages: user, reasoning_effort: "high" } },
    ],
    [
      "no thought",
      ollamaChat,
      { messages: user, think: false },
      { operation: "chat", stream: true, request: { messages: user, reasoning_effort: "none" } },
    ],
    [
      "logprobs",
      ollamaChat,
      { messages: user, logprobs: true, top_logprobs: 2 },
      { operation: "chat", stream: true, request: { messages: user, logprobs: true, top_logprobs: 2 } },
    ],
    [
      "images, and tools without ids",
      ollamaChat,
      {
        messages: [
          { role: "user", content: "What is it?", images: [png] },
          {
            role: "assistant",
            content: "",
            thinking: "A city.",
            tool_calls: [
              { function: { name: "weather", arguments: { city: "Rome" } } },
              { function: { name: "time", arguments: {} } },
            ],
          },
          { role: "tool", content: "noon", tool_name: "time" },
          { role: "tool", content: "sunny", tool_name: "weather" },
        ],
      },
      {
        operation: "chat",
        stream: true,
        request: {
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text: "What is it?" },
                { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
              ],
            },
            {
              role: "assistant",
              content: "",
              reasoning_content: "A city.",
              tool_calls: [
                {
                  id: "call_0",
                  type: "function",
                  function: { name: "weather", arguments: '{"city":"Rome"}' },
                },
                { id: "call_1", type: "function", function: { name: "time", arguments: "{}" } },
              ],
            },
            { role: "tool", content: "noon", tool_call_id: "call_1" },
            { role: "tool", content: "sunny", tool_call_id: "call_0" },
          ],
        },
      },
    ],
    [
      "a prompt",
      ollamaGenerate,
      { prompt: "Hi", system: "Be brief.", template: "", context: [] },
      {
        operation: "chat",
        stream: true,
        request: { messages: [{ role: "system", content: "Be brief." }, ...user] },
      },
    ],
    [
      "a raw prompt",
      ollamaGenerate,
      { prompt: "Hi", raw: true },
      { operation: "completions", stream: true, request: { prompt: "Hi" } },
    ],
    [
      "a raw prompt, and all else empty",
      ollamaGenerate,
      { prompt: "Hi", raw: true, system: "", suffix: "", images: [], think: false, logprobs: false },
      { operation: "completions", stream: true, request: { prompt: "Hi" } },
    ],
    [
      "a gap",
      ollamaGenerate,
      { prompt: "def f(", suffix: "return x" },
      { operation: "completions", stream: true, request: { prompt: "def f(", suffix: "return x" } },
    ],
    [
      "texts to embed",
      ollamaEmbed,
      { input: ["a", "b"], truncate: true, dimensions: 8 },
      {
        operation: "embeddings",
        stream: false,
        request: { input: ["a", "b"], dimensions: 8, encoding_format: "float" },
      },
    ],
    [
      "one text to embed",
      ollamaEmbeddings,
      { prompt: "a" },
      { operation: "embeddings", stream: false, request: { input: "a", encoding_format: "float" } },
    ],
  ])("%s", ([, ingress, body, { request, ...rest }]) => {
    const asked = read(ingress, body);
    expect(asked).toMatchObject({ model: "pilot", ...rest });
    expect(asked.request).toEqual({ model: "pilot", ...request });
  });
});

describe("what is wrong, or cannot be said, is named", () => {
  test.for<[string, Ingress, object, string, string]>([
    ["nothing to say", ollamaChat, { messages: [] }, "invalid_request", "messages"],
    [
      "nobody who says it",
      ollamaChat,
      { messages: [{ content: "Hi" }] },
      "invalid_request",
      "messages[0].role",
    ],
    ["a model to be loaded", ollamaGenerate, {}, "invalid_request", "prompt"],
    ["a template", ollamaGenerate, { prompt: "Hi", template: "{{ .Prompt }}" }, "unsupported", "template"],
    ["tokens of before", ollamaGenerate, { prompt: "Hi", context: [1, 2] }, "unsupported", "context"],
    [
      "an image in a raw prompt",
      ollamaGenerate,
      { prompt: "Hi", raw: true, images: [png] },
      "unsupported",
      "images",
    ],
    ...["system", "think", "logprobs"].map((name): [string, Ingress, object, string, string] => [
      `${name} with a raw prompt`,
      ollamaGenerate,
      { prompt: "Hi", raw: true, [name]: name === "system" ? "Be brief." : true },
      "unsupported",
      name,
    ]),
    [
      "an option nobody else has",
      ollamaChat,
      { messages: user, options: { mirostat: 1 } },
      "unsupported",
      "options.mirostat",
    ],
    ["a format nobody knows", ollamaChat, { messages: user, format: "xml" }, "unsupported", "format"],
    [
      "what a tool says that nobody has called",
      ollamaChat,
      { messages: [{ role: "tool", content: "x", tool_name: "weather" }] },
      "unsupported",
      "messages[0].tool_name",
    ],
    ["no text to embed", ollamaEmbed, {}, "invalid_request", "input"],
  ])("%s", ([, ingress, body, code, param]) => {
    expect(() => read(ingress, body)).toThrow(
      expect.objectContaining({ code, param, message: expect.stringContaining(param) }),
    );
  });
});

test("an error is told as Ollama tells it", () => {
  expect(ollamaChat.error(new BerthError("model_not_found", "no such model"))).toEqual({
    status: 404,
    body: { error: "no such model" },
  });
});

test("an answer is told whole, with what was measured", async () => {
  const clock = new FakeClock(0);
  const { renderer } = read(ollamaChat, { messages: user, stream: false }, clock);
  await clock.advance(250);
  const answer = lookingAnswer(usage);
  expect(renderer.whole(answer)).toEqual({
    model: "pilot",
    created_at: "1970-01-01T00:00:00.250Z",
    message: {
      role: "assistant",
      content: "I look.",
      thinking: "A city.",
      tool_calls: [{ id: "call_1", function: { index: 0, name: "weather", arguments: { city: "Rome" } } }],
    },
    done: true,
    done_reason: "stop",
    total_duration: 250_000_000,
    load_duration: 0,
    prompt_eval_count: 12,
    prompt_eval_duration: 250_000_000,
    eval_count: 7,
    eval_duration: 0,
  });
});

test("a stream is told line by line, byte for byte", async () => {
  const clock = new FakeClock(0);
  const { renderer } = read(ollamaGenerate, { prompt: "Hi" }, clock);
  await clock.advance(100);
  let written =
    renderer.chunk(chunk({ role: "assistant", content: "" })) +
    renderer.chunk(chunk({ reasoning_content: "hm" }));
  written += renderer.chunk(chunk({ content: "I" }));
  await clock.advance(300);
  written +=
    renderer.chunk(chunk({}, "length")) + renderer.chunk(usageChunk) + renderer.ping() + renderer.end();
  expect(written).toBe(
    [
      `{"model":"pilot","created_at":"1970-01-01T00:00:00.100Z","response":"","thinking":"hm","done":false}`,
      `{"model":"pilot","created_at":"1970-01-01T00:00:00.100Z","response":"I","done":false}`,
      `{"model":"pilot","created_at":"1970-01-01T00:00:00.400Z","response":"","done":true,"done_reason":"length","total_duration":400000000,"load_duration":0,"prompt_eval_count":12,"prompt_eval_duration":100000000,"eval_count":7,"eval_duration":300000000}`,
      "",
    ].join("\n"),
  );
  expect(renderer.failed(new BerthError("upstream_failed", "gone"))).toBe(`{"error":"gone"}\n`);
});

test("a raw prompt is continued", () => {
  const { renderer } = read(ollamaGenerate, { prompt: "Hi", raw: true });
  const piece: TextCompletion = {
    id: "cmpl-1",
    object: "text_completion",
    created: 1,
    model: "other",
    choices: [{ index: 0, text: " there", finish_reason: "stop" }],
  };
  expect(renderer.whole(piece)).toMatchObject({ response: " there", done: true, done_reason: "stop" });
});

const packed = Buffer.from(new Float32Array([0.5, -1]).buffer).toString("base64");
test("vectors are told in order, packed or not", () => {
  const list = {
    object: "list",
    model: "other",
    data: [
      { object: "embedding", index: 1, embedding: packed },
      { object: "embedding", index: 0, embedding: [1, 2] },
    ],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  } as const;
  expect(read(ollamaEmbed, { input: ["a", "b"] }).renderer.whole(list)).toEqual({
    model: "pilot",
    embeddings: [
      [1, 2],
      [0.5, -1],
    ],
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: 3,
  });
  expect(read(ollamaEmbeddings, { prompt: "a" }).renderer.whole(list)).toEqual({ embedding: [1, 2] });
});

const pilot: CallableModel = {
  id: "pilot",
  object: "model",
  created: 0,
  owned_by: "berth",
  root: "berth/pilot",
  task: "text-generation",
  status: "ready",
  context_length: 2048,
};
const starting: CallableModel = {
  ...pilot,
  id: "embedder",
  task: "feature-extraction",
  status: "starting",
  context_length: null,
};

test("models are listed, those that are ready apart, and shown", () => {
  expect(ollamaTags([pilot, starting])).toMatchObject({
    models: [
      { name: "pilot", model: "pilot", modified_at: "1970-01-01T00:00:00.000Z" },
      { name: "embedder" },
    ],
  });
  expect(ollamaRunning([pilot, starting])).toMatchObject({
    models: [{ name: "pilot", context_length: 2048 }],
  });
  expect(ollamaShow(pilot)).toMatchObject({
    capabilities: ["completion", "tools"],
    model_info: { "unknown.context_length": 2048 },
  });
  expect(ollamaShow(starting)).toMatchObject({ capabilities: ["embedding"] });
});

const part = (index: number, name: string, text: string) =>
  chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name, arguments: text } }] });

test("of an answer that failed before anything was told, nothing is told with the next", () => {
  const { renderer } = read(ollamaChat, { messages: user });
  expect(renderer.chunk(part(0, "weather", '{"city":'))).toBe("");
  renderer.restart();
  const written = renderer.chunk(part(0, "weather", '{"city":"Rome"}')) + renderer.end();
  expect(readBack(written).calls).toEqual([{ id: "call_0", name: "weather", arguments: { city: "Rome" } }]);
});

test("a call with what is no object is not told as one without arguments", () => {
  const { renderer } = read(ollamaChat, { messages: user });
  renderer.chunk(part(0, "weather", '{"city"'));
  expect(() => renderer.end()).toThrow(
    expect.objectContaining({ code: "unprocessable", message: expect.stringContaining("`weather`") }),
  );
});

/** As a client reads it. */
function readBack(stream: string) {
  const back = { thinking: "", text: "", calls: [] as object[], reason: "" };
  for (const line of stream.split("\n").slice(0, -1)) {
    const { message, done_reason } = JSON.parse(line);
    back.thinking += message.thinking ?? "";
    back.text += message.content;
    for (const { id, function: called } of message.tool_calls ?? [])
      back.calls.push({ id, name: called.name, arguments: called.arguments });
    back.reason = done_reason ?? "";
  }
  return back;
}

test.for(meantAnswers)("however an answer comes in pieces, it is the same: %j", (answer) => {
  for (const seed of seeds) {
    const { renderer } = read(ollamaChat, { messages: user });
    const calls = answer.calls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown }));
    expect(readBack(streamOf(renderer, answer, seed))).toEqual({
      thinking: answer.thinking,
      text: answer.text,
      calls,
      reason: answer.finish === "length" ? "length" : "stop",
    });
  }
});
