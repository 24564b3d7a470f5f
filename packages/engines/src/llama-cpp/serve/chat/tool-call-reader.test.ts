import { describe, expect, test } from "vitest";
import { ToolCallReader, type AnswerPart } from "./tool-call-reader.ts";
import { hermes, toolFormatOf } from "./tool-format.ts";

const mistral = toolFormatOf("{{ '[TOOL_CALLS]' }}");
const bareJson = toolFormatOf("{{ '<|python_tag|>' }}");

/** Reads the text in pieces of some length, and joins neighbouring texts. */
function read(format: typeof hermes, text: string, pieceLength: number): (string | object)[] {
  const reader = new ToolCallReader(format);
  const parts: AnswerPart[] = [];
  for (let at = 0; at < text.length; at += pieceLength)
    parts.push(...reader.push(text.slice(at, at + pieceLength)));
  parts.push(...reader.end());
  const joined: (string | object)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === "call")
      joined.push({ ...part.call, arguments: JSON.parse(part.call.arguments) as unknown });
    else if (typeof last === "string") joined[joined.length - 1] = last + part.text;
    else joined.push(part.text);
  }
  return joined;
}

const weather = (city: string): object => ({ name: "get_weather", arguments: { city } });
const hermesCall = (city: string): string =>
  `<tool_call>\n{"name": "get_weather", "arguments": {"city": "${city}"}}\n</tool_call>`;

describe.each([1, 3, 1000])("in pieces of %i characters", (pieceLength) => {
  test.each([
    ["plain text", hermes, "It is sunny.", ["It is sunny."]],
    ["a call", hermes, hermesCall("Oslo"), [weather("Oslo")]],
    ["text before a call", hermes, `Let me see. ${hermesCall("Oslo")}`, ["Let me see. ", weather("Oslo")]],
    [
      "two calls, without the line between",
      hermes,
      `${hermesCall("Oslo")}\n${hermesCall("Rome")}\n`,
      [weather("Oslo"), weather("Rome")],
    ],
    ["text after a call", hermes, `${hermesCall("Oslo")}\nDone.`, [weather("Oslo"), "\nDone."]],
    ["what only begins like a mark", hermes, "a <tool b", ["a <tool b"]],
    [
      "a mark with no JSON behind it",
      hermes,
      "<tool_call>oops</tool_call>!",
      ["<tool_call>oops</tool_call>!"],
    ],
    ["a call that its end closes", hermes, hermesCall("Oslo").slice(0, -13), [weather("Oslo")]],
    ["a call that was cut short", hermes, '<tool_call>\n{"name": "get', ['<tool_call>\n{"name": "get']],
    [
      "arguments given as text",
      hermes,
      '<tool_call>{"name":"f","arguments":"{\\"a\\":1}"}</tool_call>',
      [{ name: "f", arguments: { a: 1 } }],
    ],
    ["no arguments at all", hermes, '<tool_call>{"name":"f"}</tool_call>', [{ name: "f", arguments: {} }]],
    ["JSON that is an answer", hermes, '{"name": "Rosa"}', ['{"name": "Rosa"}']],
    [
      "Mistral's list",
      mistral,
      '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}}, {"name": "get_weather", "arguments": {"city": "Rome"}}]',
      [weather("Oslo"), weather("Rome")],
    ],
    ["Mistral's newer form", mistral, '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}', [weather("Oslo")]],
    [
      "Llama's bare JSON",
      bareJson,
      '{"name": "get_weather", "parameters": {"city": "Oslo"}}',
      [weather("Oslo")],
    ],
    [
      "Llama's tag",
      bareJson,
      '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Oslo"}}',
      [weather("Oslo")],
    ],
    [
      "several with semicolons",
      bareJson,
      '{"name": "get_weather", "parameters": {"city": "Oslo"}}; {"name": "get_weather", "parameters": {"city": "Rome"}}',
      [weather("Oslo"), weather("Rome")],
    ],
    ["bare JSON that is no call", bareJson, '{"city": "Oslo"}', ['{"city": "Oslo"}']],
    ["text where bare JSON could be", bareJson, "It is {sunny}.", ["It is {sunny}."]],
  ] as const)("%s", (_, format, text, parts) => {
    expect(read(format, text, pieceLength)).toEqual(parts);
  });
});

test("text is passed on as it comes, not at the end", () => {
  const reader = new ToolCallReader(hermes);
  expect(reader.push("Hello")).toEqual([{ kind: "text", text: "Hello" }]);
  expect(reader.push(" <tool_c")).toEqual([{ kind: "text", text: " " }]);
});

test("calls are counted", () => {
  const reader = new ToolCallReader(hermes);
  reader.push(hermesCall("Oslo") + hermesCall("Rome"));
  expect(reader.calls).toBe(2);
});
