import { expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { soundAnswer } from "./sound-answer.ts";

const whole = (message: object, finish: unknown = "stop") => ({
  choices: [{ index: 0, message, finish_reason: finish }],
});
const piece = (delta: unknown, finish: unknown = null) => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const weather = (id: string | undefined, given: unknown, place = 0) => ({
  index: place,
  ...(id === undefined ? {} : { id }),
  function: { name: "weather", arguments: given },
});

test.for<[string, object, object]>([
  ["an answer as OpenAI's", whole({ content: "a" }, "length"), whole({ content: "a" }, "length")],
  ["no calls, as Mistral says it", whole({ content: "a", tool_calls: null }), whole({ content: "a" })],
  [
    "thought in parts, as Mistral tells it",
    whole({
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
        { type: "text", text: "a" },
      ],
    }),
    whole({ content: "a", reasoning_content: "hm" }),
  ],
  ["a limit by Mistral's word", whole({ content: "a" }, "model_length"), whole({ content: "a" }, "length")],
  ["an end by a word of its own", piece({}, "eos"), piece({}, "stop")],
  ["an end that is not there yet", piece({ content: "a" }, ""), piece({ content: "a" })],
  ["an event without a delta", { choices: [{ finish_reason: "stop" }] }, piece({}, "stop")],
  ["an event with null", piece(null, "stop"), piece({}, "stop")],
  [
    "an event without choices",
    { choices: null, usage: { total_tokens: 1 } },
    { choices: [], usage: { total_tokens: 1 } },
  ],
  [
    "calls without a place, with null for an id and an object for arguments",
    piece({
      tool_calls: [{ id: null, function: { name: "weather", arguments: { a: 1 } } }, weather("b", "{}", 1)],
    }),
    piece({ tool_calls: [weather(undefined, '{"a":1}'), weather("b", "{}", 1)] }),
  ],
  [
    "a call of nothing",
    piece({ tool_calls: [{ index: 0, function: null }] }),
    piece({ tool_calls: [{ index: 0, function: { arguments: "" } }] }),
  ],
  [
    "a text that is null",
    { choices: [{ index: 0, text: null, finish_reason: null }] },
    { choices: [{ index: 0, text: "", finish_reason: null }] },
  ],
  ["what has no choices", { data: [] }, { data: [] }],
])("%s", ([, answer, expected]) => {
  expect(soundAnswer(answer)).toEqual(expected);
});

test("an answer that ends by an error has failed", () => {
  expect(() => soundAnswer(piece({}, "error"))).toThrow(ProviderFailure);
});
