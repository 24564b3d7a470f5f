import { expect, test } from "vitest";
import type { ToolCallDelta } from "../openai/shapes.ts";
import { chunk, counted } from "../testing/chunkings.ts";
import { AnswerParts, type AnswerPart } from "./answer-parts.ts";

const call = (
  index: number,
  id: string | undefined,
  name: string | undefined,
  text: string,
): ToolCallDelta => ({
  index,
  ...(id === undefined ? {} : { id }),
  function: { ...(name === undefined ? {} : { name }), arguments: text },
});
const told = ({ id, name, text }: AnswerPart): readonly string[] => [id, name, text];

test.for<[string, readonly ToolCallDelta[], readonly (readonly string[])[]]>([
  [
    "each whole, all in one place",
    [call(0, "a", "one", "{}"), call(0, "b", "two", '{"x":1}')],
    [
      ["a", "one", "{}"],
      ["b", "two", '{"x":1}'],
    ],
  ],
  [
    "in pieces, all in one place",
    [
      call(0, "a", "one", ""),
      call(0, undefined, undefined, "{}"),
      call(0, "b", "two", "{"),
      call(0, "", "", "}"),
    ],
    [
      ["a", "one", "{}"],
      ["b", "two", "{}"],
    ],
  ],
  [
    "a call whose pieces have an id each, as of older vLLM",
    [call(0, "a", "one", ""), call(0, "b", undefined, "{"), call(0, "c", undefined, "}")],
    [["a", "one", "{}"]],
  ],
  [
    "a call whose pieces all have its name",
    [call(0, "a", "one", "{"), call(0, "a", "one", "}")],
    [["a", "one", "{}"]],
  ],
])("calls of tools are told apart: %s", ([, deltas, expected]) => {
  const parts = new AnswerParts(counted());
  for (const delta of deltas) parts.push(chunk({ tool_calls: [delta] }));
  parts.end();
  expect(parts.all.map(told)).toEqual(expected);
});

test("texts are not kept where nobody asks for them again; arguments are", () => {
  const parts = new AnswerParts(counted());
  parts.keepsTexts = false;
  const text = parts.push(chunk({ content: "a" }));
  parts.push(chunk({ tool_calls: [call(0, "a", "one", "{}")] }));
  expect(text).toMatchObject([{ kind: "open" }, { kind: "delta", text: "a" }]);
  expect(parts.all.map((part) => part.text)).toEqual(["", "{}"]);
});

const count = 100_000;

test("arguments that come in turns with others' are looked at once, however many pieces they are", () => {
  const parts = new AnswerParts(counted());
  parts.push(chunk({ tool_calls: [call(0, "a", "one", '{"x":[0'), call(1, "b", "two", "{}")] }));
  for (let index = 0; index < count; index += 1)
    parts.push(chunk({ tool_calls: [call(0, undefined, undefined, ",0")] }));
  parts.push(chunk({ tool_calls: [call(0, undefined, undefined, "]}")] }));
  expect(parts.end().at(-1)).toMatchObject({ kind: "close", part: { id: "b" } });
});

test("an answer may have any number of logprobs", () => {
  const parts = new AnswerParts(counted());
  const content = Array.from({ length: 2 * count }, () => ({ token: "a", logprob: -1 }));
  const [choice] = chunk({ content: "a" }, "stop").choices;
  parts.push({ ...chunk({}), choices: [{ ...choice!, logprobs: { content } }] });
  parts.end();
  expect(parts.all[0]?.logprobs).toHaveLength(2 * count);
});
