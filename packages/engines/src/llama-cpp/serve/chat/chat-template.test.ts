import { isBerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { CHAT_TEMPLATE, render as pilotRender } from "@berth/demo-model/chat";
import { describe, expect, test } from "vitest";
import { chatMessages, toolDefinitions } from "./chat-message.ts";
import { ChatTemplate } from "./chat-template.ts";

const tokens = { bosText: "<s>", eosText: "</s>" };
const pilot = new ChatTemplate({ chatTemplate: CHAT_TEMPLATE, ...tokens });
const weather = {
  name: "get_weather",
  description: "Get the weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const chat: RequestMessage[] = [
  { role: "developer", content: "Answer in short sentences." },
  {
    role: "user",
    content: [
      { type: "text", text: "How is the weather" },
      { type: "text", text: "in Oslo?" },
    ],
  },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "call_1", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } }],
  },
  { role: "tool", tool_call_id: "call_1", content: "sunny" },
];

test("a chat with tools reads as the model was trained to read it", () => {
  const trained = pilotRender(
    [
      { role: "system", content: "Answer in short sentences." },
      { role: "user", content: "How is the weather\nin Oslo?" },
      { role: "assistant", content: "", toolCalls: [{ name: "get_weather", arguments: { city: "Oslo" } }] },
      { role: "tool", content: "sunny" },
    ],
    [weather],
    true,
  );
  expect(
    pilot.render(
      chatMessages(chat),
      toolDefinitions([{ type: "function", function: { ...weather, strict: true } }]),
    ),
  ).toBe(trained);
});

test("a model without a template gets ChatML, and its mark ends the answer", () => {
  const template = new ChatTemplate({ chatTemplate: null, ...tokens });
  expect(template.render([{ role: "user", content: "Hi" }], [])).toBe(
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
  );
  expect(template.stop).toEqual(["<|im_end|>"]);
  expect(pilot.stop).toEqual([]);
});

test("a template that knows no tools is told of them in words, and of calls too", () => {
  const template = new ChatTemplate({
    chatTemplate: "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}",
    ...tokens,
  });
  const text = template.render(
    chatMessages(chat),
    toolDefinitions([{ type: "function", function: weather }]),
  );
  expect(text).toContain("[system]Answer in short sentences.\n\nYou may call these functions:\n");
  expect(text).toContain(
    '[assistant]<tool_call>\n{"name":"get_weather","arguments":{"city":"Oslo"}}\n</tool_call>',
  );
  expect(text).toContain("[user]<tool_response>\nsunny\n</tool_response>");
});

test("a template sees the model's marks and the caller's variables", () => {
  const template = new ChatTemplate({
    chatTemplate:
      "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ thinking }}{{ add_generation_prompt }}",
    ...tokens,
  });
  expect(template.render([{ role: "user", content: "Hi" }], [], { thinking: "off" })).toBe(
    "<s>Hi</s>offtrue",
  );
});

describe("what is refused", () => {
  const refusal = (work: () => unknown): readonly [string, string | undefined, string] => {
    try {
      work();
    } catch (error) {
      if (isBerthError(error)) return [error.code, error.param, error.message];
      throw error;
    }
    throw new Error("nothing was refused");
  };

  test("messages that the template refuses, in its own words", () => {
    const template = new ChatTemplate({
      chatTemplate: "{{ raise_exception('roles must alternate') }}",
      ...tokens,
    });
    const [code, param, message] = refusal(() => template.render([], []));
    expect([code, param]).toEqual(["invalid_request", "messages"]);
    expect(message).toContain("roles must alternate");
  });

  test("chats with a model whose template cannot be read, but not the model", () => {
    const template = new ChatTemplate({ chatTemplate: "{% for %}", ...tokens });
    expect(refusal(() => template.render([], []))[0]).toBe("unsupported");
  });

  test.each([
    [
      "an image",
      { role: "user", content: [{ type: "text", text: "a" }, { type: "image_url" }] },
      "unsupported",
      "messages[0].content[1]",
    ],
    [
      "a text part without text",
      { role: "user", content: [{ type: "text" }] },
      "invalid_request",
      "messages[0].content[0].text",
    ],
    ["a question without content", { role: "user" }, "invalid_request", "messages[0].content"],
    [
      "arguments that are no JSON",
      { role: "assistant", tool_calls: [{ function: { name: "f", arguments: "{" } }] },
      "invalid_request",
      "messages[0].tool_calls[0].function.arguments",
    ],
    [
      "arguments that are no object",
      { role: "assistant", tool_calls: [{ function: { name: "f", arguments: "[1]" } }] },
      "invalid_request",
      "messages[0].tool_calls[0].function.arguments",
    ],
  ] as const)("%s", (_, message, code, param) => {
    expect(refusal(() => chatMessages([message as unknown as RequestMessage])).slice(0, 2)).toEqual([
      code,
      param,
    ]);
  });
});
