import { describe, expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { bodyOf } from "../test/fixed-call.ts";
import { readWords, readWordStream } from "./container-words.ts";

const token = (text: string, more: object = {}) => ({
  index: 1,
  token: { id: 1, text, special: false },
  ...more,
});
const last = token("c", { generated_text: "abc", details: { finish_reason: "length" } });

test.each<[string, unknown, string]>([
  ["Llama's chat", [{ generation: { role: "assistant", content: "a" } }], "a"],
  ["Llama's text", [{ generation: "a" }], "a"],
  ["TGI", [{ generated_text: "a" }], "a"],
  ["TGI without a list", { generated_text: "a" }, "a"],
  ["JSON lines", { outputs: ["a", "b"] }, "ab"],
  ["OpenAI's form", { choices: [{ message: { content: "a" }, finish_reason: "stop" }] }, "a"],
])("%s is understood", (_, value, text) => {
  expect(readWords(value)).toMatchObject({ text });
});

test.each<[string, unknown]>([
  ["an error", { error: "out of memory", error_type: "generation" }],
  ["a form that nobody knows", { answer: "a" }],
])("%s is a failure", (_, value) => {
  expect(() => readWords(value)).toThrow(ProviderFailure);
});

const read = async (...parts: string[]): Promise<[string, string]> => {
  let text = "";
  for await (const event of readWordStream(bodyOf(...parts))) {
    text += event.text ?? "";
    if (event.finish !== undefined) return [text, event.finish];
  }
  return [text, "no end"];
};

const lines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const events = (...values: unknown[]): string =>
  values.map((value) => `data:${JSON.stringify(value)}\n\n`).join("");

test.each<[string, string, [string, string]]>([
  ["lines of outputs", lines({ outputs: ["a"] }, { outputs: ["b"] }), ["ab", "stop"]],
  ["lines of tokens", lines(token("a"), token("b"), last), ["abc", "length"]],
  [
    "events of tokens",
    events(token("a"), token("b", { token: { text: "</s>", special: true } }), last),
    ["ac", "length"],
  ],
  [
    "OpenAI's events",
    `${events({ choices: [{ delta: { content: "a" } }] }, { choices: [{ delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`,
    ["a", "stop"],
  ],
  ["one whole answer without a line break", JSON.stringify([{ generated_text: "a" }]), ["a", "stop"]],
  ["one whole answer over several lines", JSON.stringify([{ generation: "a" }], null, 2), ["a", "stop"]],
])("a stream of %s is understood, however it is cut", async (_, text, expected) => {
  expect(await read(text)).toEqual(expected);
  expect(await read(...text.split(""))).toEqual(expected);
});

describe("a stream is a failure when it", () => {
  test.each<[string, string]>([
    ["ends before its last token", events(token("a"))],
    ["tells of an error", events(token("a"), { error: "CUDA out of memory", error_type: "generation" })],
    ["ends within its JSON", '{"outputs":["a"'],
  ])("%s", async (_, text) => {
    await expect(read(text)).rejects.toThrow(ProviderFailure);
  });
});
