import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { counted } from "../testing/chunkings.ts";
import { anthropicMessages } from "./anthropic/messages-ingress.ts";
import type { Ingress } from "./ingress.ts";
import { ollamaChat } from "./ollama/chat-ingress.ts";
import { openAiResponses } from "./responses/responses-ingress.ts";

const count = 200_000;
const times = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const tool = (index: number) => ({ type: "function", name: `tool_${index}` });

/** Each fits into a body of the usual size; looking at all before for each one more would take minutes. */
test.for<[string, Ingress, object]>([
  [
    "results of tools in one message",
    anthropicMessages,
    {
      max_tokens: 1,
      messages: [{ role: "user", content: times(() => ({ type: "tool_result", tool_use_id: "a" })) }],
    },
  ],
  [
    "calls in one turn",
    openAiResponses,
    { input: times(() => ({ type: "function_call", name: "a", call_id: "c", arguments: "{}" })) },
  ],
  [
    "thoughts in one turn",
    openAiResponses,
    { input: times(() => ({ type: "reasoning", summary: [{ type: "summary_text", text: "a" }] })) },
  ],
  [
    "tools of which some are allowed",
    openAiResponses,
    {
      input: "Hi",
      tools: times(tool),
      tool_choice: { type: "allowed_tools", mode: "auto", tools: times(tool) },
    },
  ],
  [
    "calls that others than they are answered",
    ollamaChat,
    {
      messages: [
        { role: "assistant", tool_calls: times(() => ({ function: { name: "a" } })) },
        ...times(() => ({ role: "tool", tool_call_id: "another" })),
      ],
    },
  ],
  [
    "calls that are answered by name",
    ollamaChat,
    {
      messages: [
        { role: "assistant", tool_calls: times((index) => ({ function: { name: index % 2 ? "a" : "b" } })) },
        ...times((index) => ({ role: "tool", tool_name: index * 2 < count ? "b" : "a" })),
      ],
    },
  ],
])("%s, however many, are read", ([, ingress, body]) => {
  const context = { requestId: "r", clock: new FakeClock(0), newId: counted() };
  expect(ingress.read({ model: "pilot", ...body }, context).model).toBe("pilot");
});
