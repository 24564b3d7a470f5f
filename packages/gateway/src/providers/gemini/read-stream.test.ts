import { describe, expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { bodyOf, fixedCall, told } from "../test/fixed-call.ts";
import { readStream } from "./read-stream.ts";

/** As `streamGenerateContent?alt=sse` answered in 2026-08: each event an answer. */
const answer = (parts: object[], finishReason?: string, index = 0): object => ({
  candidates: [
    { content: { parts, role: "model" }, index, ...(finishReason === undefined ? {} : { finishReason }) },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 7 },
  responseId: "r1",
});
const usage = { usage: { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 } };
const event = (data: object): string => `data: ${JSON.stringify(data)}\r\n\r\n`;
const text = (said: string) => ({ text: said });

test.each<[string, object[], unknown[]]>([
  [
    "text, its end told with the last of it",
    [answer([text("Hi")]), answer([text(" you")], "STOP")],
    [{ role: "assistant", content: "Hi" }, { content: " you" }, { finish: "stop" }, usage],
  ],
  [
    "text of an older model, which ends with every event",
    [answer([text("Hi")], "STOP"), answer([text(" you")], "STOP")],
    [{ role: "assistant", content: "Hi" }, { content: " you" }, { finish: "stop" }, usage],
  ],
  [
    "an event that says nothing is waited over",
    [answer([text("")]), answer([text("Hi")]), answer([], "MAX_TOKENS")],
    [{ role: "assistant", content: "Hi" }, { finish: "length" }, usage],
  ],
  [
    "thoughts and calls with their seals, counted on",
    [
      answer([{ text: "hm", thought: true }]),
      answer([{ functionCall: { name: "weather", args: { a: 1 } }, thoughtSignature: "c2ln" }]),
      answer([{ functionCall: { id: "fc2", name: "now" } }, { text: "", thoughtSignature: "ZW5k" }], "STOP"),
    ],
    [
      { role: "assistant", reasoning_content: "hm" },
      {
        tool_calls: [
          {
            index: 0,
            id: "call_1",
            type: "function",
            function: { name: "weather", arguments: '{"a":1}' },
            extra_content: { google: { thought_signature: "c2ln" } },
          },
        ],
      },
      {
        tool_calls: [{ index: 1, id: "fc2", type: "function", function: { name: "now", arguments: "{}" } }],
        extra_content: { google: { thought_signature: "ZW5k" } },
      },
      { finish: "tool_calls" },
      usage,
    ],
  ],
  [
    "a blocked prompt",
    [{ promptFeedback: { blockReason: "SAFETY" }, responseId: "r1" }],
    [{ role: "assistant", refusal: "the prompt was blocked: SAFETY" }, { finish: "content_filter" }],
  ],
])("a stream is read: %s", async (_fact, events, expected) => {
  expect(await told(readStream(bodyOf(...events.map(event)), fixedCall()))).toEqual(expected);
});

test("several candidates each have their end", async () => {
  const events = [
    answer([text("a")]),
    answer([text("b")], undefined, 1),
    answer([], "STOP", 1),
    answer([], "STOP"),
  ];
  const ends: unknown[] = [];
  for await (const { choices } of readStream(bodyOf(...events.map(event)), fixedCall()))
    for (const { index, finish_reason: end } of choices) if (end !== null) ends.push([index, end]);
  expect(ends).toEqual([
    [0, "stop"],
    [1, "stop"],
  ]);
});

describe("a stream that fails is heard:", () => {
  const overloaded = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } };
  const spent = {
    error: { code: 429, message: "quota", status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "36.5s" }] },
  };
  const begun = event(answer([text("Grüße")]));
  test.each<[string, string[], object]>([
    [
      "an error is an event",
      [begun, event(overloaded)],
      { kind: "busy", message: "The model is overloaded." },
    ],
    [
      "an error stands alone",
      [begun, JSON.stringify(overloaded, null, 2)],
      { kind: "busy", message: "The model is overloaded." },
    ],
    [
      "an error stands alone in a list, and says when to come again",
      [`[${JSON.stringify(spent, null, 2)}`, "\n]"],
      { kind: "busy", retryAfterMs: 36_500 },
    ],
    ["an error comes in pieces", [begun, ...event(overloaded).split(/(?=[:,])/)], { kind: "busy" }],
    ["it ends too soon", [begun], { kind: "failed", message: "the stream ended without its last event" }],
    ["it says nothing", [], { kind: "failed" }],
    ["an event is no JSON", ["data: {oops\n\n"], { kind: "failed" }],
    [
      "the call cannot be read",
      [begun, event(answer([], "MALFORMED_FUNCTION_CALL"))],
      { kind: "failed", message: expect.stringContaining("MALFORMED_FUNCTION_CALL") },
    ],
  ])("%s", async (_fact, pieces, facts) => {
    const failed = await told(readStream(bodyOf(...pieces), fixedCall())).catch((reason: unknown) => reason);
    expect(failed).toBeInstanceOf(ProviderFailure);
    expect(failed).toMatchObject(facts);
  });
});
