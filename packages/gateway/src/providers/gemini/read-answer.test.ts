import { expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { readAnswer } from "./read-answer.ts";

const frame = { id: "r1", created: 1_796_000_000, model: "asked" };
const newId = (): string => "1";

test("a whole answer is a completion, its thoughts counted in", () => {
  // as `generateContent` answered in 2026-08
  const answer = {
    candidates: [
      {
        content: {
          parts: [
            { text: "hm", thought: true },
            { text: "Look:" },
            {
              functionCall: { id: "fc1", name: "weather", args: { city: "Köln" } },
              thoughtSignature: "c2ln",
            },
            { functionCall: { name: "now" } },
          ],
          role: "model",
        },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 30,
      totalTokenCount: 137,
    },
  };
  expect(readAnswer(answer, frame, newId)).toEqual({
    id: "r1",
    object: "chat.completion",
    created: 1_796_000_000,
    model: "asked",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "Look:",
          reasoning_content: "hm",
          tool_calls: [
            {
              id: "fc1",
              type: "function",
              function: { name: "weather", arguments: '{"city":"Köln"}' },
              extra_content: { google: { thought_signature: "c2ln" } },
            },
            { id: "call_1", type: "function", function: { name: "now", arguments: "{}" } },
          ],
        },
        finish_reason: "tool_calls",
      },
    ],
    usage: {
      prompt_tokens: 100,
      completion_tokens: 37,
      total_tokens: 137,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 30 },
    },
  });
});

test("several candidates are told apart, with how likely their tokens were", () => {
  const token = (text: string, logProbability: number) => ({ token: text, logProbability });
  const answer = {
    candidates: [
      {
        content: { parts: [{ text: "ä", thoughtSignature: "c2ln" }] },
        finishReason: "MAX_TOKENS",
        logprobsResult: {
          chosenCandidates: [token("ä", -0.1)],
          topCandidates: [{ candidates: [token("ä", -0.1), token("b", -2)] }],
        },
      },
      { content: { parts: [{ text: "b" }] }, finishReason: "STOP", index: 1 },
    ],
  };
  expect(readAnswer(answer, frame, newId).choices).toEqual([
    {
      index: 0,
      message: { role: "assistant", content: "ä", extra_content: { google: { thought_signature: "c2ln" } } },
      finish_reason: "length",
      logprobs: {
        content: [
          {
            token: "ä",
            logprob: -0.1,
            bytes: [195, 164],
            top_logprobs: [
              { token: "ä", logprob: -0.1, bytes: [195, 164] },
              { token: "b", logprob: -2, bytes: [98] },
            ],
          },
        ],
      },
    },
    { index: 1, message: { role: "assistant", content: "b" }, finish_reason: "stop" },
  ]);
});

test("a blocked prompt is an answer that was filtered", () => {
  const answer = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 3 } };
  expect(readAnswer(answer, frame, newId)).toMatchObject({
    choices: [
      {
        message: { role: "assistant", content: null, refusal: "the prompt was blocked: SAFETY" },
        finish_reason: "content_filter",
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 },
  });
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["SPII", "content_filter"],
  ["OTHER", "content_filter"],
  ["A_NEWER_ONE", "content_filter"],
])("%s is told as %s", (finishReason, told) => {
  const { choices } = readAnswer({ candidates: [{ finishReason }] }, frame, newId);
  expect(choices).toEqual([{ index: 0, message: { role: "assistant", content: "" }, finish_reason: told }]);
});

test.each([
  ["a call that nobody can read", { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] }],
  ["an image", { candidates: [{ content: { parts: [{ inlineData: { mimeType: "image/png" } }] } }] }],
  ["nothing", {}],
])("%s is a failure", (_fact, answer) => {
  expect(() => readAnswer(answer, frame, newId)).toThrow(ProviderFailure);
});
