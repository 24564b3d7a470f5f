import { expect, test } from "vitest";
import { readMessage } from "./read-message.ts";

const frame = { id: "msg_1", created: 1_796_000_000, model: "asked" };
const usage = { input_tokens: 3, output_tokens: 7 };
const text = { type: "text", text: "Hi" } as const;

test("a whole message is a completion", () => {
  const message = {
    id: "msg_1",
    content: [
      { type: "thinking", thinking: "hm", signature: "c2ln" } as const,
      text,
      { type: "text", text: " you" } as const,
      { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Köln" } } as const,
    ],
    stop_reason: "tool_use",
    usage: { ...usage, cache_read_input_tokens: 100, cache_creation_input_tokens: 0 },
  };
  expect(readMessage(message, frame)).toEqual({
    id: "msg_1",
    object: "chat.completion",
    created: 1_796_000_000,
    model: "asked",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "Hi you",
          reasoning_content: "hm",
          thinking_blocks: [{ type: "thinking", thinking: "hm", signature: "c2ln" }],
          tool_calls: [
            { id: "toolu_1", type: "function", function: { name: "weather", arguments: '{"city":"Köln"}' } },
          ],
        },
        finish_reason: "tool_calls",
      },
    ],
    usage: {
      prompt_tokens: 103,
      completion_tokens: 7,
      total_tokens: 110,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 0 },
    },
  });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
])("%s is told as %s", (stop_reason, finish_reason) => {
  const { choices } = readMessage({ id: "msg_1", content: [text], stop_reason, usage }, frame);
  expect(choices).toMatchObject([{ message: { content: "Hi" }, finish_reason }]);
});
