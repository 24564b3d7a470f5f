import { BerthError } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
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
import { openAiResponses } from "./responses-ingress.ts";

const read = (body: object) =>
  openAiResponses.read(
    { model: "pilot", ...body },
    { requestId: "r", clock: new FakeClock(0), newId: counted() },
  );
const user = [{ role: "user", content: "Hi" }];
const ask = (more: object = {}) => ({ input: "Hi", ...more });
const weather = { type: "object", properties: { city: { type: "string" } } };
const tool = { type: "function", name: "weather", parameters: weather, strict: true };
const chatTool = { type: "function", function: { name: "weather", parameters: weather, strict: true } };

describe("a request becomes a chat", () => {
  test.for<[string, object, object]>([
    ["a text", ask(), { messages: user }],
    [
      "instructions",
      ask({ instructions: "Be brief." }),
      { messages: [{ role: "system", content: "Be brief." }, ...user] },
    ],
    [
      "sampling",
      ask({ temperature: 0.5, top_p: 0.9, max_output_tokens: 64, user: "u1" }),
      { messages: user, temperature: 0.5, top_p: 0.9, max_tokens: 64, user: "u1" },
    ],
    [
      "what clients send unasked",
      ask({
        store: true,
        background: false,
        truncation: "disabled",
        service_tier: "auto",
        metadata: { a: "b" },
        include: ["reasoning.encrypted_content"],
        previous_response_id: null,
        tools: [],
        prompt_cache_key: "k",
      }),
      { messages: user },
    ],
    [
      "a schema",
      ask({
        text: { format: { type: "json_schema", name: "w", schema: weather, strict: true }, verbosity: "low" },
      }),
      {
        messages: user,
        response_format: { type: "json_schema", json_schema: { name: "w", schema: weather, strict: true } },
        verbosity: "low",
      },
    ],
    [
      "JSON",
      ask({ text: { format: { type: "json_object" } } }),
      { messages: user, response_format: { type: "json_object" } },
    ],
    ["plain text", ask({ text: { format: { type: "text" } } }), { messages: user }],
    [
      "thought",
      ask({ reasoning: { effort: "high", summary: "auto" } }),
      { messages: user, reasoning_effort: "high" },
    ],
    [
      "logprobs",
      ask({ include: ["message.output_text.logprobs"], top_logprobs: 2 }),
      { messages: user, logprobs: true, top_logprobs: 2 },
    ],
    [
      "tools",
      ask({ tools: [tool], tool_choice: { type: "function", name: "weather" }, parallel_tool_calls: false }),
      {
        messages: user,
        tools: [chatTool],
        tool_choice: { type: "function", function: { name: "weather" } },
        parallel_tool_calls: false,
      },
    ],
    [
      "some of the tools",
      ask({
        tools: [tool, { ...tool, name: "other" }],
        tool_choice: {
          type: "allowed_tools",
          mode: "required",
          tools: [{ type: "function", name: "weather" }],
        },
      }),
      { messages: user, tools: [chatTool], tool_choice: "required" },
    ],
    [
      "a thought that was not told",
      { input: [{ type: "reasoning", summary: [] }, ...user] },
      { messages: user },
    ],
    [
      "a conversation, as its answers were told",
      {
        input: [
          { role: "developer", content: "Be brief." },
          {
            type: "message",
            role: "user",
            content: [
              { type: "input_text", text: "What is it?" },
              { type: "input_image", detail: "low", image_url: "data:image/png;base64,AAAA" },
            ],
          },
          { id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: "A city." }] },
          {
            id: "msg_1",
            type: "message",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: "I look.", annotations: [], logprobs: [] }],
          },
          {
            id: "fc_1",
            type: "function_call",
            status: "completed",
            call_id: "call_1",
            name: "weather",
            arguments: '{"city":"Rome"}',
          },
          {
            id: "fc_2",
            type: "function_call",
            status: "completed",
            call_id: "call_2",
            name: "weather",
            arguments: "{}",
          },
          { type: "function_call_output", call_id: "call_1", output: "sunny" },
          { type: "function_call_output", call_id: "call_2", output: [{ type: "input_text", text: "wet" }] },
          { role: "assistant", content: "Sunny." },
          { role: "user", content: "Thanks" },
        ],
      },
      {
        messages: [
          { role: "developer", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "What is it?" },
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
            ],
          },
          {
            role: "assistant",
            content: "I look.",
            reasoning_content: "A city.",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
              { id: "call_2", type: "function", function: { name: "weather", arguments: "{}" } },
            ],
          },
          { role: "tool", tool_call_id: "call_1", content: "sunny" },
          { role: "tool", tool_call_id: "call_2", content: "wet" },
          { role: "assistant", content: "Sunny." },
          { role: "user", content: "Thanks" },
        ],
      },
    ],
  ])("%s", ([, body, expected]) => {
    expect(read(body)).toMatchObject({ operation: "chat", model: "pilot", stream: false });
    expect(read(body).request).toEqual({ model: "pilot", ...expected });
  });
});

describe("what is wrong, or cannot be done without memory, is named", () => {
  test.for<[string, object, string, string]>([
    ["no input", {}, "invalid_request", "input"],
    ["an earlier answer", ask({ previous_response_id: "resp_1" }), "unsupported", "previous_response_id"],
    ["a conversation kept elsewhere", ask({ conversation: "conv_1" }), "unsupported", "conversation"],
    ["a prompt kept elsewhere", ask({ prompt: { id: "pmpt_1" } }), "unsupported", "prompt"],
    ["an answer for later", ask({ background: true }), "unsupported", "background"],
    ["a tool of OpenAI's", ask({ tools: [{ type: "web_search" }] }), "unsupported", "tools[0].type"],
    [
      "a choice of such a tool",
      ask({ tool_choice: { type: "file_search" } }),
      "unsupported",
      "tool_choice.type",
    ],
    [
      "an item kept elsewhere",
      { input: [{ type: "item_reference", id: "msg_1" }] },
      "unsupported",
      "input[0].type",
    ],
    [
      "hidden thoughts",
      { input: [{ type: "reasoning", summary: [], encrypted_content: "x" }] },
      "unsupported",
      "input[0].encrypted_content",
    ],
    [
      "an uploaded image",
      { input: [{ role: "user", content: [{ type: "input_image", file_id: "f" }] }] },
      "unsupported",
      "input[0].content[0].file_id",
    ],
    [
      "a file",
      { input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] },
      "unsupported",
      "input[0].content[0].type",
    ],
    [
      "a field of a part",
      { input: [{ role: "user", content: [{ type: "input_text", text: "a", unheard_of: 1 }] }] },
      "unsupported",
      "input[0].content[0].unheard_of",
    ],
    [
      "a field of a thought",
      { input: [{ type: "reasoning", summary: [{ type: "summary_text", text: "a", unheard_of: 1 }] }] },
      "unsupported",
      "input[0].summary[0].unheard_of",
    ],
    [
      "a field of a choice",
      ask({ tools: [tool], tool_choice: { type: "function", name: "weather", unheard_of: 1 } }),
      "unsupported",
      "tool_choice.unheard_of",
    ],
    [
      "a choice among tools of OpenAI's",
      ask({
        tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "mcp", name: "weather" }] },
      }),
      "unsupported",
      "tool_choice.tools[0].type",
    ],
    ["a format without a type", ask({ text: { format: {} } }), "invalid_request", "text.format.type"],
    ["a prompt that is cut by itself", ask({ truncation: "auto" }), "unsupported", "truncation"],
    ["what nobody knows", ask({ moderation: { model: "m" } }), "unsupported", "moderation"],
  ])("%s", ([, body, code, param]) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code, param, message: expect.stringContaining(param) }),
    );
  });
});

const told = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  temperature: null,
  top_p: null,
  top_logprobs: 0,
  user: null,
  tools: [],
  tool_choice: "auto",
  text: { format: { type: "text" } },
  reasoning: { effort: null, summary: null },
};
const before = {
  id: "resp_1",
  object: "response",
  created_at: 0,
  status: "in_progress",
  background: false,
  error: null,
  incomplete_details: null,
  model: "pilot",
  output: [],
  previous_response_id: null,
  service_tier: "default",
  store: false,
  truncation: "disabled",
  ...told,
  usage: null,
};
const usageTold = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 19,
};

test("an answer is told whole", () => {
  const { renderer } = read(ask({ store: true }));
  const answer = lookingAnswer(usage);
  expect(renderer.whole(answer)).toEqual({
    ...before,
    status: "completed",
    completed_at: 0,
    output: [
      { id: "rs_3", type: "reasoning", summary: [{ type: "summary_text", text: "A city." }] },
      {
        id: "msg_4",
        type: "message",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text: "I look.", annotations: [], logprobs: [] }],
      },
      {
        id: "fc_5",
        type: "function_call",
        status: "completed",
        call_id: "call_1",
        name: "weather",
        arguments: '{"city":"Rome"}',
      },
    ],
    usage: usageTold,
  });
});

test("a stream is told as OpenAI tells it, byte for byte", () => {
  const { renderer } = read(ask());
  const written = [
    chunk({ role: "assistant", content: "" }),
    chunk({ content: "I " }),
    chunk({ content: "l" }, "length"),
    usageChunk,
  ].map((each) => renderer.chunk(each));
  const item = { id: "msg_2", type: "message", status: "in_progress", role: "assistant", content: [] };
  const part = { type: "output_text", text: "", annotations: [], logprobs: [] };
  const at = { item_id: "msg_2", output_index: 0, content_index: 0 };
  const done = { ...item, status: "incomplete", content: [{ ...part, text: "I l" }] };
  const events = [
    { type: "response.created", response: before },
    { type: "response.in_progress", response: before },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.content_part.added", ...at, part },
    { type: "response.output_text.delta", ...at, delta: "I ", logprobs: [] },
    { type: "response.output_text.delta", ...at, delta: "l", logprobs: [] },
    { type: "response.output_text.done", ...at, text: "I l", logprobs: [] },
    { type: "response.content_part.done", ...at, part: { ...part, text: "I l" } },
    { type: "response.output_item.done", output_index: 0, item: done },
    {
      type: "response.incomplete",
      response: {
        ...before,
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [done],
        usage: usageTold,
      },
    },
  ];
  const expected = events.map(({ type, ...fields }, index) => {
    const data = { type, sequence_number: index, ...fields };
    return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  });
  expect(written.join("") + renderer.end()).toBe(expected.join(""));
});

test("what goes wrong in a stream is told by what has been told before", () => {
  const { renderer } = read(ask());
  const error = new BerthError("upstream_failed", "gone");
  expect(renderer.failed(error)).toBe(
    `event: error\ndata: {"type":"error","sequence_number":0,"code":"upstream_failed","message":"gone","param":null}\n\n`,
  );
  renderer.chunk(chunk({ content: "I" }));
  const failed = renderer.failed(error);
  expect(failed).toContain('"error":{"code":"server_error","message":"gone"}');
  // what broke off in it is not whole
  expect(failed).toContain('"type":"message","status":"incomplete"');
});

test("an answer begins with the first that is said, and what failed before leaves nothing", () => {
  const { renderer } = read(ask());
  expect(renderer.chunk(chunk({ role: "assistant", content: "" }))).toBe("");
  renderer.restart();
  expect(renderer.chunk(chunk({ content: "I" }))).toMatch(/^event: response.created\n/);
});

/** As a client reads it. */
function readBack(stream: string) {
  const items: { type: string; text: string; call_id?: string; name?: string }[] = [];
  let sequence = 0;
  let final: { status: string; incomplete_details: { reason: string } | null; output: object[] } | undefined;
  for (const data of eventsIn(stream)) {
    expect(data.sequence_number).toBe(sequence++);
    if (data.type === "response.output_item.added") items[data.output_index] = { ...data.item, text: "" };
    else if (data.type.endsWith(".delta")) items[data.output_index]!.text += data.delta;
    else if (/response\.(completed|incomplete)$/.test(data.type)) final = data.response;
  }
  const text = (type: string) =>
    items
      .filter((item) => item.type === type)
      .map((item) => item.text)
      .join("");
  const calls = items
    .filter(({ type }) => type === "function_call")
    .map((item) => ({ id: item.call_id, name: item.name, arguments: item.text }));
  expect(final?.output).toHaveLength(items.length);
  return {
    thinking: text("reasoning"),
    text: text("message"),
    calls,
    reason: final?.incomplete_details?.reason,
  };
}

test.for(meantAnswers)("however an answer comes in pieces, it is the same: %j", (answer) => {
  for (const seed of seeds) {
    const { renderer } = read(ask());
    const { finish, ...meant } = answer;
    expect(readBack(streamOf(renderer, answer, seed))).toEqual({
      ...meant,
      reason: finish === "length" ? "max_output_tokens" : undefined,
    });
  }
});
