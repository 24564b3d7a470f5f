import type { ChatMessage } from "@berth/api";
import { expect, test } from "vitest";
import { newColumn } from "./columns.ts";
import type { Comparison } from "./comparison.ts";
import { comparisonJson, comparisonMarkdown } from "./comparison-files.ts";

const at = new Date(2026, 2, 14, 10, 53, 12).getTime();
const question: ChatMessage = { id: "q", role: "user", content: "Why?\nAnd how?", createdAt: 1 };
const answer: ChatMessage = {
  id: "a",
  role: "assistant",
  model: "pilot",
  content: "Because.\n",
  createdAt: 2,
  firstTokenMs: 210,
  tokensPerSecond: 94,
  promptTokens: 12,
  completionTokens: 1024,
  costUsd: 0.0002,
};
const failure: ChatMessage = {
  id: "b",
  role: "assistant",
  model: "gpt-4o",
  content: "",
  createdAt: 2,
  error: "the key is refused",
};
const compared: Comparison = {
  columns: [
    { ...newColumn("pilot", "1"), messages: [question, answer] },
    {
      ...newColumn("gpt-4o", "2"),
      own: { systemPrompt: "", parameters: { temperature: 0.3 } },
      messages: [question, failure],
    },
  ],
  shared: { systemPrompt: "Be brief.", parameters: { seed: undefined } },
  best: { q: { messageId: "a", model: "pilot" } },
};

test("for people a comparison is told question by question, with its measures, settings and the best answer", () => {
  expect(comparisonMarkdown(compared, at)).toBe(`# pilot · gpt-4o

2026-03-14 10:53:12

- pilot: system prompt "Be brief."
- gpt-4o: temperature 0.3

## Question 1

> Why?
> And how?

### pilot

Because.

*94 tok/s · 210 ms to first token · 12 tokens in · 1,024 tokens out · $0.0002*

**★ called the best**

### gpt-4o

Failed: the key is refused
`);
});

test("for programs it has each column with the settings that it was asked with", () => {
  expect(JSON.parse(comparisonJson(compared, at))).toEqual({
    savedAt: at,
    columns: [
      { model: "pilot", systemPrompt: "Be brief.", parameters: {}, messages: [question, answer] },
      {
        model: "gpt-4o",
        systemPrompt: "",
        parameters: { temperature: 0.3 },
        messages: [question, failure],
      },
    ],
    best: [{ messageId: "a", model: "pilot" }],
  });
});
