import type { ChatMessage } from "@berth/api";
import { chatRequestSchema } from "@berth/api/openai";
import { describe, expect, test } from "vitest";
import { before, chatRequest, openToolCalls, titleOf, unanswered } from "./conversation.ts";
import { readParameters, readTools } from "./parameters.ts";

const message = (id: string, role: ChatMessage["role"], more: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  role,
  content: id,
  createdAt: 0,
  ...more,
});
const chat = (messages: ChatMessage[], parameters: Record<string, unknown> = {}, systemPrompt = "") => ({
  title: "t",
  model: "pilot",
  systemPrompt,
  parameters,
  messages,
});

test.each([
  ["", "New chat"],
  ["  Why?\nmore", "Why?"],
  [`${"word ".repeat(30)}`, `${"word ".repeat(11)}word …`],
  ["x".repeat(80), `${"x".repeat(60)} …`],
])("%j is titled %j", (question, title) => {
  expect(titleOf(question)).toBe(title);
});

describe("the request", () => {
  test("holds the system prompt, the messages and the parameters, and the contract takes it", () => {
    const request = chatRequest(
      chat(
        [message("hi", "user"), message("hello", "assistant")],
        {
          temperature: 0,
          topP: 0.9,
          maxTokens: 64,
          seed: 7,
          stop: ["\n"],
          json: true,
          tools: '[{"name":"weather"}]',
        },
        "Be brief.",
      ),
    );
    expect(request).toEqual({
      model: "pilot",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
        { role: "assistant", content: "hello" },
      ],
      temperature: 0,
      top_p: 0.9,
      max_tokens: 64,
      seed: 7,
      stop: ["\n"],
      response_format: { type: "json_object" },
      tools: [{ type: "function", function: { name: "weather" } }],
    });
    expect(chatRequestSchema.safeParse(request).success).toBe(true);
  });

  test("asks nothing that was not set", () => {
    expect(Object.keys(chatRequest(chat([message("hi", "user")])))).toEqual(["model", "messages"]);
  });

  test("leaves out answers that broke off before their first word, keeps those that said something", () => {
    const request = chatRequest(
      chat([
        message("a", "user"),
        message("b", "assistant", { content: "", error: "died" }),
        message("c", "assistant", { error: "died" }),
      ]),
    );
    expect(request.messages.map(({ content }) => content)).toEqual(["a", "c"]);
  });

  test("ties results to their calls, and keeps thoughts to itself", () => {
    const toolCalls = [{ id: "call_1", name: "weather", arguments: "{}" }];
    const request = chatRequest(
      chat([
        message("", "assistant", { toolCalls, reasoning: "Hm." }),
        message("rain", "tool", { toolCallId: "call_1" }),
      ]),
    );
    expect(request.messages).toEqual([
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", content: "rain", tool_call_id: "call_1" },
    ]);
  });
});

test("to answer again, the answers at the end go", () => {
  const messages = [message("q", "user"), message("a", "assistant"), message("b", "assistant")];
  expect(unanswered(messages).map(({ id }) => id)).toEqual(["q"]);
});

test("to edit a question, it and all that followed go", () => {
  const messages = [message("q", "user"), message("a", "assistant"), message("r", "user")];
  expect(before(messages, "r").map(({ id }) => id)).toEqual(["q", "a"]);
});

test("only calls at the very end wait for results", () => {
  const toolCalls = [{ id: "c", name: "f", arguments: "{}" }];
  const calling = message("a", "assistant", { toolCalls });
  expect(openToolCalls([calling])).toEqual(toolCalls);
  expect(openToolCalls([calling, message("r", "tool")])).toEqual([]);
  expect(openToolCalls([{ ...calling, error: "died" }])).toEqual([]);
});

describe("tools", () => {
  test.each([
    ["", "none"],
    ["[]", "none"],
    ['{"name":"f"}', "tools"],
    ['[{"type":"function","function":{"name":"f","parameters":{}}}]', "tools"],
    ["[{]", "wrong"],
    ["[1]", "wrong"],
    ["null", "wrong"],
    ['[{"function":{}}]', "wrong"],
  ])("%j is %s", (text, kind) => {
    expect(readTools(text).kind).toBe(kind);
  });
});

test("saved parameters of a strange shape are as good as absent", () => {
  const read = readParameters({ temperature: "hot", stop: [1, "x"], json: "yes", tools: 3, more: 1 });
  expect(Object.entries(read).filter(([, value]) => value !== undefined)).toEqual([["stop", ["x"]]]);
});
