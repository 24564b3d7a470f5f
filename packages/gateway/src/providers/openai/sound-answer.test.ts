import { describe, expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { soundAnswer } from "./sound-answer.ts";

const whole = (message: object, finish: unknown = "stop") => ({
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: finish }],
});
const piece = (delta: unknown, finish: unknown = null) => ({
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const weather = (id: string | undefined, given: unknown, index = 0) => ({
  index,
  ...(id === undefined ? {} : { id }),
  function: { name: "weather", arguments: given },
});
const thoughtful = [
  { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
  { type: "text", text: "a" },
];

describe("an answer", () => {
  test.for<[string, object, object]>([
    ["as OpenAI's", whole({ content: "a" }, "length"), whole({ content: "a" }, "length")],
    ["without calls, as Mistral says it", whole({ content: "a", tool_calls: null }), whole({ content: "a" })],
    ["of thought in parts", whole({ content: thoughtful }), whole({ content: "a", reasoning_content: "hm" })],
    ["that Mistral has cut off", whole({ content: "a" }, "model_length"), whole({ content: "a" }, "length")],
    [
      "that does not say what it is",
      { choices: [{ message: { content: "a" }, finish_reason: "stop" }] },
      whole({ content: "a" }),
    ],
    ["of nothing", { choices: [null, { message: 1 }] }, whole({}, null)],
  ])("%s", ([, answer, expected]) => {
    expect(soundAnswer(answer, "chat.completion")).toEqual(expected);
  });

  test("of texts and of vectors", () => {
    const text = { index: 0, text: "a", finish_reason: null, logprobs: { tokens: ["a"] } };
    const texts = { choices: [text, { text: null }] };
    expect(soundAnswer(texts, "text_completion")).toEqual({
      object: "text_completion",
      choices: [text, { index: 1, text: "", finish_reason: null }],
    });
    const vectors = { data: [null, { embedding: [1] }] };
    expect(soundAnswer(vectors, "list")).toEqual({ object: "list", data: [{ embedding: [1] }] });
  });

  test("that ends by an error has failed", () => {
    expect(() => soundAnswer(piece({}, "error"), "chat.completion.chunk")).toThrow(ProviderFailure);
  });
});

describe("a piece of an answer", () => {
  const usage = { prompt_tokens: 3, completion_tokens: "4", details: { a: 1, b: "c" } };
  test.for<[string, object, object]>([
    ["that ends by a word of its own", piece({}, "eos"), piece({}, "stop")],
    ["that has not ended", piece({ content: "a" }, ""), piece({ content: "a" })],
    ["without a delta", { choices: [{ finish_reason: "stop" }] }, piece({}, "stop")],
    ["with null", piece(null, "stop"), piece({}, "stop")],
    [
      "without choices",
      { choices: null, usage: { total_tokens: 1 } },
      { ...piece({}), choices: [], usage: { total_tokens: 1 } },
    ],
    [
      "of calls without a place, an id or a text",
      piece({
        tool_calls: [{ id: null, function: { name: "weather", arguments: { a: 1 } } }, weather("b", "{}", 1)],
      }),
      piece({ tool_calls: [weather(undefined, '{"a":1}'), weather("b", "{}", 1)] }),
    ],
    [
      "of a call of nothing",
      piece({ tool_calls: [null, { function: null }] }),
      piece({ tool_calls: [{ index: 0, function: { arguments: "" } }] }),
    ],
    [
      "with what is no text and no count",
      { ...piece({ content: 1, refusal: null }), usage },
      {
        ...piece({ refusal: null }),
        usage: { prompt_tokens: 3, total_tokens: 3, details: { a: 1 } },
      },
    ],
  ])("%s", ([, answer, expected]) => {
    expect(soundAnswer(answer, "chat.completion.chunk")).toEqual(expected);
  });
});
