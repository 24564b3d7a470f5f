import fc from "fast-check";
import { expect, test } from "vitest";
import { editBody } from "./body-edits.ts";

const edited = (body: string, model: string | undefined, askUsage = false): string =>
  editBody(Buffer.from(body), { model, askUsage }).toString();

// one row, one line
// oxfmt-ignore
test.for([
  ["replaces the model", '{"model":"a","messages":[]}', "b", false, '{"model":"b","messages":[]}'],
  ["keeps every other byte", '{ "x" : 1.0 ,\n"model" :  "a" , "n":1e2 }', "ü/b", false, '{ "x" : 1.0 ,\n"model" :  "ü/b" , "n":1e2 }'],
  ["leaves models further in", '{"messages":[{"model":"a"}],"model":"a","tools":{"model":"a"}}', "b", false, '{"messages":[{"model":"a"}],"model":"b","tools":{"model":"a"}}'],
  ["leaves texts that look like keys", '{"a":"\\"model\\":","model":"a"}', "b", false, '{"a":"\\"model\\":","model":"b"}'],
  ["finds a key written with escapes", '{"mod\\u0065l":"a"}', "b", false, '{"mod\\u0065l":"b"}'],
  ["changes a key that is there twice", '{"model":"x","model":"a"}', "b", false, '{"model":"b","model":"b"}'],
  ["replaces null", '{"model":null,"n":1}', "b", false, '{"model":"b","n":1}'],
  ["adds a model where there is none", '{"n":1}', "b", false, '{"model":"b","n":1}'],
  ["adds a model to nothing", "{ }", "b", false, '{"model":"b" }'],
  ["adds a model to nothing, however wide", `{${" ".repeat(100)}}`, "b", false, `{"model":"b"${" ".repeat(100)}}`],
  ["asks for usage", '{"model":"a","stream":true}', undefined, true, '{"stream_options":{"include_usage":true},"model":"a","stream":true}'],
  ["asks for usage among other options", '{"stream_options":{"include_usage":false,"x":"}"},"n":1}', undefined, true, '{"stream_options":{"include_usage":true,"x":"}"},"n":1}'],
  ["asks for usage where the options are null", '{"stream_options":null}', undefined, true, '{"stream_options":{"include_usage":true}}'],
  ["does both", '{"model":"a"}', "b", true, '{"stream_options":{"include_usage":true},"model":"b"}'],
] as const)("%s", ([, body, model, askUsage, expected]) => {
  expect(edited(body, model, askUsage)).toBe(expected);
});

// oxfmt-ignore
test.for([
  ["are put where they are missing", { top_k: 5, model: "a" }, '{"top_k":5,"model":"b","stream_options":{"include_usage":true},"n":1}'],
  ["that are edited stand there once", { stream_options: { x: 1 } }, '{"model":"b","stream_options":{"x":1,"include_usage":true},"n":1}'],
  ["leave what the caller says", { n: 2 }, '{"model":"b","stream_options":{"include_usage":true},"n":1}'],
] as const)("defaults %s", ([, defaults, expected]) => {
  expect(editBody(Buffer.from('{"n":1}'), { model: "b", askUsage: true, defaults }).toString()).toBe(expected);
});

test.each([
  ['{"n":1, "max_tokens" : 5 }', '{"n":1, "max_completion_tokens" : 5 }'],
  ['{"max_tokens":5,"max_completion_tokens":7}', '{"max_tokens":5,"max_completion_tokens":7}'],
  [
    '{"messages":[{"content":"\\"max_tokens\\":5","max_tokens":1}]}',
    '{"messages":[{"content":"\\"max_tokens\\":5","max_tokens":1}]}',
  ],
  ["{}", "{}"],
])("where answers are limited by another name, %s becomes %s", (body, expected) => {
  const edits = { model: undefined, askUsage: false, limitsCompletions: true };
  expect(editBody(Buffer.from(body), edits).toString()).toBe(expected);
});

test("whatever the object, only the model changes", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string(),
        fc.json().map((text) => JSON.parse(text) as unknown),
      ),
      fc.string(),
      fc.string(),
      (others, before, after) => {
        const body = { ...others, model: before };
        const text = JSON.stringify(body);
        expect(JSON.parse(edited(text, after))).toEqual(
          JSON.parse(JSON.stringify({ ...body, model: after })),
        );
      },
    ),
  );
});
