import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { bracketsIn } from "./brackets.ts";
import { parseBody, utf8FaultOffset } from "./parse-body.ts";

test.each([
  ['{"model":"a","stream":true}', { model: "a", stream: true }],
  ['{"model":"a","stream":false}', { model: "a", stream: false }],
  ['{"model":"a","stream":"true"}', { model: "a", stream: false }],
  ['{"model":null}', { model: undefined, stream: false }],
  ['{"model":""}', { model: "", stream: false }],
  ['{"__proto__":{"model":"a"}}', { model: undefined, stream: false }],
  ['{"model":"a","model":"b"}', { model: "b", stream: false }],
])("%s asks for %o", (text, asked) => {
  expect(parseBody(Buffer.from(text))).toMatchObject({ ...asked, wantsUsage: false });
});

test.each([
  ['{"stream_options":{"include_usage":true}}', true],
  ['{"stream_options":{"include_usage":"true"}}', false],
  ['{"stream_options":null}', false],
  ['{"stream_options":3}', false],
])("%s counts tokens itself: %s", (text, wantsUsage) => {
  expect(parseBody(Buffer.from(text)).wantsUsage).toBe(wantsUsage);
});

test("a model's name of megabytes is refused, and not written down", () => {
  const named = (chars: number) => () => parseBody(Buffer.from(`{"model":"${"m".repeat(chars)}"}`));
  expect(named(256)).not.toThrow();
  expect(named(257)).toThrow(/^model is 257 characters long, and may be 256/);
});

test("the first byte that belongs to no character is found", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 6 }), (before, after) => {
      const start = Buffer.from(before);
      const body = Buffer.concat([start, Buffer.from(after)]);
      fc.pre(!isUtf8(body));
      const offset = utf8FaultOffset(body);
      expect(offset).toBeGreaterThanOrEqual(start.length);
      expect(isUtf8(body.subarray(0, offset))).toBe(true);
      for (const length of [1, 2, 3, 4]) {
        const character = body.subarray(offset, offset + length);
        expect(character.length < length || !isUtf8(character)).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("also behind %i sound bytes", (bytes) => {
  for (const sound of ["a".repeat(bytes), "€".repeat(Math.ceil(bytes / 3))]) {
    const start = Buffer.from(sound);
    for (const broken of [[0xff], [0x80, 0x80], [0xe2, 0x82], [0xff, ...Buffer.from("a".repeat(70_000))]])
      expect(utf8FaultOffset(Buffer.concat([start, Buffer.from(broken)]))).toBe(start.length);
  }
  expect(utf8FaultOffset(Buffer.alloc(300_000, 0x80))).toBe(0);
});

test("where a large body breaks is told by the parser alone, which everybody else waits for", () => {
  const broken = Buffer.from(`{"messages":[${'"a",'.repeat(300_000)}"a"]?`);
  expect(() => parseBody(broken)).toThrow(
    expect.objectContaining({ code: "invalid_json", details: undefined }),
  );
});

test.each([
  ["", 0],
  ["{}", 1],
  ['{"a":[[1],{}]}', 3],
  ['{"[[[[":"]]\\"[["}', 1],
  ['["\\\\",["\\"["]]', 2],
  ["[[[[[[", 4],
])("%s is nested %i deep, counted to 3 and one more", (json, depth) => {
  expect(bracketsIn(Buffer.from(json), { depth: 3, count: 100 }).depth).toBe(depth);
});

test("lists and objects are counted, to one more than is enough", () => {
  expect(bracketsIn(Buffer.from('{"a":[{},"[[["],"b":[]}'), { depth: 10, count: 10 }).count).toBe(4);
  expect(bracketsIn(Buffer.from("[{},{},{},{}]"), { depth: 10, count: 2 }).count).toBe(3);
});

test.each([
  ["nested deep", `{"a":${"[".repeat(1500)}${"]".repeat(1500)}}`, "nested more than 1000 deep"],
  ["of many objects", `{"a":[${"{},".repeat(1_000_001)}0]}`, "more than 1000000 lists and objects"],
])("a body that is %s is refused before it is parsed", (_fact, text, message) => {
  expect(() => parseBody(Buffer.from(text))).toThrow(message);
});
