import { BerthError } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import type { ChatCompletion, FinishReason } from "../../openai/shapes.ts";
import { lookingAnswer } from "../../test/looking-answer.ts";
import {
  chunk,
  counted,
  eventsIn,
  meantAnswers,
  seeds,
  streamOf,
  usage,
  usageChunk,
} from "../../testing/chunkings.ts";
import { anthropicMessages } from "./messages-ingress.ts";

const context = { requestId: "r", clock: new FakeClock(0) };
const base = { model: "pilot", max_tokens: 64 };
const ask = (more: object = {}) => ({ ...base, messages: [{ role: "user", content: "Hi" }], ...more });
const read = (body: object) => anthropicMessages.read({ ...body }, { ...context, newId: counted() });

describe("a request becomes OpenAI's", () => {
  const user = [{ role: "user", content: "Hi" }];
  const weather = { type: "object", properties: { city: { type: "string" } } };
  test.for<[string, object, object]>([
    ["a text", ask(), { messages: user }],
    [
      "a system prompt",
      ask({ system: "Be brief." }),
      { messages: [{ role: "system", content: "Be brief." }, ...user] },
    ],
    [
      "a system prompt in blocks, cached or not",
      ask({
        system: [
          { type: "text", text: "A" },
          { type: "text", text: "B", cache_control: { type: "ephemeral" } },
        ],
      }),
      {
        messages: [
          {
            role: "system",
            content: [
              { type: "text", text: "A" },
              { type: "text", text: "B" },
            ],
          },
          ...user,
        ],
      },
    ],
    [
      "sampling, stops and who asks",
      ask({ temperature: 0.5, top_p: 0.9, top_k: 4, stop_sequences: ["END"], metadata: { user_id: "u1" } }),
      { messages: user, temperature: 0.5, top_p: 0.9, top_k: 4, stop: ["END"], user: "u1" },
    ],
    [
      "images",
      {
        ...base,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
              { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
              { type: "text", text: "What is it?" },
            ],
          },
        ],
      },
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
              { type: "image_url", image_url: { url: "https://example.org/a.png" } },
              { type: "text", text: "What is it?" },
            ],
          },
        ],
      },
    ],
    [
      "tools, what they were called with and what they said",
      {
        ...base,
        tools: [{ name: "weather", description: "Tells it", input_schema: weather }],
        tool_choice: { type: "any", disable_parallel_tool_use: true },
        messages: [
          { role: "user", content: "Hi" },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "A city.", signature: "" },
              { type: "text", text: "I look." },
              { type: "tool_use", id: "call_1", name: "weather", input: { city: "Rome" } },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "sunny" }] },
              { type: "tool_result", tool_use_id: "call_2", content: "no such city", is_error: true },
              { type: "tool_result", tool_use_id: "call_3" },
              { type: "text", text: "So?" },
            ],
          },
        ],
      },
      {
        messages: [
          ...user,
          {
            role: "assistant",
            content: "I look.",
            reasoning_content: "A city.",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
            ],
          },
          { role: "tool", tool_call_id: "call_1", content: "sunny" },
          { role: "tool", tool_call_id: "call_2", content: "Error: no such city" },
          { role: "tool", tool_call_id: "call_3", content: "" },
          { role: "user", content: "So?" },
        ],
        tools: [
          { type: "function", function: { name: "weather", description: "Tells it", parameters: weather } },
        ],
        tool_choice: "required",
        parallel_tool_calls: false,
      },
    ],
    [
      "a tool by its name",
      ask({ tool_choice: { type: "tool", name: "weather" } }),
      { messages: user, tool_choice: { type: "function", function: { name: "weather" } } },
    ],
    ["no tool", ask({ tool_choice: { type: "none" } }), { messages: user, tool_choice: "none" }],
    [
      "a little thought",
      ask({ thinking: { type: "enabled", budget_tokens: 1024 } }),
      { messages: user, reasoning_effort: "low" },
    ],
    [
      "much thought",
      ask({ thinking: { type: "enabled", budget_tokens: 32_000 } }),
      { messages: user, reasoning_effort: "high" },
    ],
    [
      "no thought, which is what it does unasked",
      ask({ thinking: { type: "disabled" } }),
      { messages: user },
    ],
    [
      "what Claude Code asks for and is so without it",
      ask({
        context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
        diagnostics: { previous_message_id: "msg_1" },
        output_config: { effort: "max" },
      }),
      { messages: user, reasoning_effort: "xhigh" },
    ],
    [
      "an effort and a schema",
      ask({ output_config: { effort: "high", format: { type: "json_schema", schema: weather } } }),
      {
        messages: user,
        reasoning_effort: "high",
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: weather, strict: true },
        },
      },
    ],
  ])("%s", ([, body, expected]) => {
    expect(read(body)).toMatchObject({ operation: "chat", model: "pilot", stream: false });
    expect(read(body).request).toEqual({ ...base, ...expected });
  });
});

describe("what is wrong, or cannot be said, is named as it was written", () => {
  const block = (content: object) => ({
    ...base,
    messages: [
      { role: "user", content: "a" },
      { role: "user", content: [content] },
    ],
  });
  test.for<[string, object, string, string]>([
    [
      "no limit",
      { model: "pilot", messages: [{ role: "user", content: "Hi" }] },
      "invalid_request",
      "max_tokens",
    ],
    ["no messages", { ...base, messages: [] }, "invalid_request", "messages"],
    [
      "an uploaded image",
      block({ type: "image", source: { type: "file", file_id: "f" } }),
      "unsupported",
      "messages[1].content[0].source",
    ],
    [
      "a field of an image's source",
      block({ type: "image", source: { type: "url", url: "https://example.org/a.png", unheard_of: 1 } }),
      "unsupported",
      "messages[1].content[0].source.unheard_of",
    ],
    [
      "a message without content",
      { ...base, messages: [{ role: "user" }] },
      "invalid_request",
      "messages[0].content",
    ],
    [
      "a message without anything in it",
      { ...base, messages: [{ role: "user", content: [] }] },
      "invalid_request",
      "messages[0].content",
    ],
    [
      "results of tools that are to be left out",
      ask({ context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } }),
      "unsupported",
      "context_management.edits[0].type",
    ],
    [
      "thoughts that are to be left out",
      ask({
        context_management: {
          edits: [{ type: "clear_thinking_20251015", keep: { type: "thinking_turns", value: 1 } }],
        },
      }),
      "invalid_request",
      "context_management.edits[0].keep",
    ],
    ["a choice of no type", ask({ tool_choice: {} }), "invalid_request", "tool_choice.type"],
    ["thought of no type", ask({ thinking: {} }), "invalid_request", "thinking.type"],
    ["a document", block({ type: "document", source: {} }), "unsupported", "messages[1].content[0].type"],
    [
      "hidden thoughts",
      block({ type: "redacted_thinking", data: "x" }),
      "unsupported",
      "messages[1].content[0].type",
    ],
    [
      "a tool of theirs",
      ask({ tools: [{ type: "web_search_20250305", name: "web_search" }] }),
      "unsupported",
      "tools[0].type",
    ],
    [
      "an answer to be continued",
      {
        ...base,
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "I" },
        ],
      },
      "unsupported",
      "messages[1].role",
    ],
    ["what nobody knows", ask({ container: "c" }), "unsupported", "container"],
    ["a number as a text", ask({ temperature: "1" }), "invalid_request", "temperature"],
    ["a message that is none", { ...base, messages: ["Hi"] }, "invalid_request", "messages[0]"],
  ])("%s", ([, body, code, param]) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code, param, message: expect.stringContaining(param) }),
    );
  });
});

test.for([
  ["invalid_request", 400, "invalid_request_error"],
  ["invalid_api_key", 401, "authentication_error"],
  ["forbidden", 403, "permission_error"],
  ["model_not_found", 404, "not_found_error"],
  ["payload_too_large", 413, "request_too_large"],
  ["rate_limited", 429, "rate_limit_error"],
  ["internal", 500, "api_error"],
  ["service_unavailable", 503, "overloaded_error"],
  ["upstream_timeout", 504, "timeout_error"],
] as const)("%s is told with %i as %s", ([code, status, type]) => {
  expect(anthropicMessages.error(new BerthError(code, "why"))).toEqual({
    status,
    body: { type: "error", error: { type, message: "why" } },
  });
});

test("an answer is told whole", () => {
  const { renderer } = read(ask({ thinking: { type: "adaptive" } }));
  const answer = lookingAnswer(usage);
  expect(renderer.whole(answer)).toEqual({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "pilot",
    content: [
      { type: "thinking", thinking: "A city.", signature: "" },
      { type: "text", text: "I look.", citations: null },
      { type: "tool_use", id: "call_1", name: "weather", input: { city: "Rome" } },
    ],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: {
      input_tokens: 5,
      cache_creation: null,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 5,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
      service_tier: null,
    },
  });
});

test.for([
  ["stop", undefined, "end_turn", null],
  ["stop", "END", "stop_sequence", "END"],
  ["stop", "</s>", "end_turn", null],
  ["length", undefined, "max_tokens", null],
  ["content_filter", undefined, "refusal", null],
] as const)("an answer that ends by %s, at %s, ends by %s", ([finish, stopString, reason, sequence]) => {
  const { renderer } = read(ask({ stop_sequences: ["END"] }));
  const choice = { ...chunk({ content: "x" }, finish).choices[0]!, stop_reason: stopString };
  renderer.chunk({ ...chunk({}), choices: [choice] });
  expect(renderer.end()).toContain(
    `"delta":${JSON.stringify({ stop_reason: reason, stop_sequence: sequence })}`,
  );
});

test("a stream is told as Anthropic tells it, byte for byte", () => {
  const { renderer } = read(ask());
  const written = [
    chunk({ role: "assistant", content: "" }),
    chunk({ reasoning_content: "not asked for" }),
    chunk({ content: "I " }),
    chunk({ content: "look." }),
    chunk({
      tool_calls: [
        { index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: "" } },
      ],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Rome"}' } }] }),
    chunk({}, "tool_calls"),
    usageChunk,
  ].map((each) => renderer.chunk(each));
  expect(written.join("") + renderer.ping() + renderer.end()).toBe(
    [
      `event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"pilot","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}`,
      `event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}`,
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I "}}`,
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"look."}}`,
      `event: content_block_stop\ndata: {"type":"content_block_stop","index":0}`,
      `event: content_block_start\ndata: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}`,
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":\\"Rome\\"}"}}`,
      `event: ping\ndata: {"type":"ping"}`,
      `event: content_block_stop\ndata: {"type":"content_block_stop","index":1}`,
      `event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":2,"cache_read_input_tokens":5,"output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}}`,
      `event: message_stop\ndata: {"type":"message_stop"}`,
      "",
    ].join("\n\n"),
  );
});

const called = (text: string, finish: FinishReason = "tool_calls"): ChatCompletion => {
  const [choice] = lookingAnswer(usage).choices;
  const calls = [{ id: "call_1", type: "function", function: { name: "weather", arguments: text } }] as const;
  const message = { ...choice!.message, tool_calls: calls };
  return { ...lookingAnswer(usage), choices: [{ ...choice!, message, finish_reason: finish }] };
};

test.for([
  ["", "tool_calls"],
  ["{}", "tool_calls"],
  ['{"city":"Ro', "length"],
] as const)("a call with %j that ends by %s has no arguments", ([text, finish]) => {
  expect(read(ask()).renderer.whole(called(text, finish))).toMatchObject({ content: [{}, { input: {} }] });
});

test.for(['{"city":', '"Rome"', "[]", "null"])(
  "a call with %s is not told as one without arguments",
  (text) => {
    expect(() => read(ask()).renderer.whole(called(text))).toThrow(
      expect.objectContaining({ code: "unprocessable", message: expect.stringContaining("`weather`") }),
    );
  },
);

test("an answer begins with the first that is said, and what failed before leaves nothing", () => {
  const { renderer } = read(ask());
  expect(renderer.chunk(chunk({ role: "assistant", content: "" }))).toBe("");
  renderer.restart();
  expect(renderer.chunk(chunk({ reasoning_content: "not asked for" }))).toMatch(/^event: message_start\n/);
});

test("what goes wrong in a stream is an event of its own", () => {
  expect(read(ask()).renderer.failed(new BerthError("upstream_failed", "gone"))).toBe(
    `event: error\ndata: {"type":"error","error":{"type":"api_error","message":"gone"}}\n\n`,
  );
});

/** As a client reads it: every event belongs to the block that is open. */
function readBack(stream: string) {
  const blocks: { type: string; text: string; id?: string; name?: string }[] = [];
  let open: number | undefined;
  let reason: string | undefined;
  for (const data of eventsIn(stream)) {
    if (data.type === "content_block_start") {
      expect([open, data.index]).toEqual([undefined, blocks.length]);
      open = data.index;
      blocks.push({ ...data.content_block, text: "" });
    } else if (data.type === "content_block_delta") {
      expect(data.index).toBe(open);
      blocks[data.index]!.text += data.delta.text ?? data.delta.thinking ?? data.delta.partial_json;
    } else if (data.type === "content_block_stop") {
      expect(data.index).toBe(open);
      open = undefined;
    } else if (data.type === "message_delta") reason = data.delta.stop_reason;
  }
  const text = (type: string) =>
    blocks
      .filter((block) => block.type === type)
      .map((block) => block.text)
      .join("");
  const calls = blocks
    .filter(({ type }) => type === "tool_use")
    .map((block) => ({ id: block.id, name: block.name, arguments: block.text }));
  return { thinking: text("thinking"), text: text("text"), calls, reason };
}

const reasons = { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use" } as Record<string, string>;

test.for(meantAnswers)("however an answer comes in pieces, it is the same: %j", (answer) => {
  for (const seed of seeds) {
    const { renderer } = read(ask({ thinking: { type: "adaptive" } }));
    const { finish, ...meant } = answer;
    expect(readBack(streamOf(renderer, answer, seed))).toEqual({ ...meant, reason: reasons[finish] });
  }
});
