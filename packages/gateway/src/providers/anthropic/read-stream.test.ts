import { expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { bodyOf, fixedCall, told } from "../test/fixed-call.ts";
import { readStream } from "./read-stream.ts";

/** As the Messages API streamed in 2026-08; fields that nobody reads are left out. */
const started = {
  type: "message_start",
  message: {
    id: "msg_1",
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 3,
      cache_creation_input_tokens: 20,
      cache_read_input_tokens: 100,
      output_tokens: 1,
    },
  },
};
const ended = (stop_reason: string, more: object = {}, usage: object = { output_tokens: 7 }): object[] => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null, ...more }, usage },
  { type: "message_stop" },
];
const block = (index: number, content_block: object, ...deltas: object[]): object[] => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const text = (said: string) => ({ type: "text_delta", text: said });

function stream(...events: readonly object[]): AsyncGenerator<Buffer> {
  return bodyOf(
    ...events.map(
      (event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`,
    ),
  );
}

const usage = {
  usage: {
    prompt_tokens: 123,
    completion_tokens: 7,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 20 },
  },
};

test.each<[string, object[], unknown[]]>([
  [
    "text",
    [
      started,
      ...block(0, { type: "text", text: "" }, text("Hi"), { type: "new_delta" }, text(" you")),
      { type: "ping" },
      { type: "newer_event" },
      ...ended("end_turn"),
    ],
    [{ role: "assistant", content: "Hi" }, { content: " you" }, { finish: "stop" }, usage],
  ],
  [
    "thoughts, sealed when they are whole",
    [
      started,
      ...block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        { type: "thinking_delta", thinking: "so" },
        { type: "thinking_delta", thinking: " so" },
        { type: "signature_delta", signature: "c2ln" },
      ),
      ...block(1, { type: "redacted_thinking", data: "ZGF0YQ==" }),
      ...block(2, { type: "text", text: "Yes" }),
      ...ended("end_turn", {}, { output_tokens: 7, output_tokens_details: { thinking_tokens: 4 } }),
    ],
    [
      { role: "assistant", reasoning_content: "so" },
      { reasoning_content: " so" },
      { thinking_blocks: [{ type: "thinking", thinking: "so so", signature: "c2ln" }] },
      { thinking_blocks: [{ type: "redacted_thinking", data: "ZGF0YQ==" }] },
      { content: "Yes" },
      { finish: "stop" },
      { usage: { ...usage.usage, completion_tokens_details: { reasoning_tokens: 4 } } },
    ],
  ],
  [
    "calls, counted among themselves; one without arguments has an empty object",
    [
      started,
      ...block(0, { type: "text", text: "" }, text("Look:")),
      ...block(
        1,
        { type: "tool_use", id: "toolu_1", name: "weather", input: {} },
        { type: "input_json_delta", partial_json: "" },
        { type: "input_json_delta", partial_json: '{"city":' },
        { type: "input_json_delta", partial_json: '"Köln"}' },
      ),
      ...block(2, { type: "tool_use", id: "toolu_2", name: "now", input: {} }),
      ...ended("tool_use"),
    ],
    [
      { role: "assistant", content: "Look:" },
      {
        tool_calls: [
          { index: 0, id: "toolu_1", type: "function", function: { name: "weather", arguments: "" } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Köln"}' } }] },
      {
        tool_calls: [{ index: 1, id: "toolu_2", type: "function", function: { name: "now", arguments: "" } }],
      },
      { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
      { finish: "tool_calls" },
      usage,
    ],
  ],
  [
    "a refusal, with its reason",
    [
      started,
      ...ended("refusal", { stop_details: { type: "refusal", category: "bio", explanation: "No." } }),
    ],
    [{ role: "assistant", refusal: "No.", finish: "content_filter" }, usage],
  ],
  [
    "an end that tells all of the usage anew",
    [
      started,
      ...ended("max_tokens", {}, { input_tokens: 5, cache_read_input_tokens: null, output_tokens: 2 }),
    ],
    [
      { role: "assistant", finish: "length" },
      {
        usage: {
          ...usage.usage,
          prompt_tokens: 125,
          completion_tokens: 2,
          total_tokens: 127,
        },
      },
    ],
  ],
])("a stream is read: %s", async (_fact, events, expected) => {
  expect(await told(readStream(stream(...events), fixedCall()))).toEqual(expected);
});

test("each chunk bears the answer's id, its time and the caller's name of the model", async () => {
  const chunks = readStream(stream(started, ...ended("end_turn")), fixedCall());
  expect((await chunks.next()).value).toMatchObject({
    id: "msg_1",
    object: "chat.completion.chunk",
    created: 1_796_000_000,
    model: "asked",
  });
});

test.each<[string, object[], string, string]>([
  ["is overloaded", [error("overloaded_error", "Overloaded")], "busy", "Overloaded"],
  ["has a limit", [error("rate_limit_error", "slow down")], "busy", "slow down"],
  ["breaks", [started, error("api_error", "Internal")], "failed", "Internal"],
  [
    "takes no prompt so long",
    [error("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum")],
    "too_long",
    "prompt is too long: 9 tokens > 8 maximum",
  ],
  ["fails in a new way", [error("teapot_error", "short and stout")], "failed", "short and stout"],
  ["ends too soon", [started], "failed", "the stream ended without its last event"],
])("a server that %s within a stream is heard", async (_fact, events, kind, message) => {
  const failed = await told(readStream(stream(...events), fixedCall())).catch((reason: unknown) => reason);
  expect(failed).toBeInstanceOf(ProviderFailure);
  expect(failed).toMatchObject({ kind, message });
});

function error(type: string, message: string): object {
  return { type: "error", error: { type, message } };
}
