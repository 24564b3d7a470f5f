import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { nestingDepth } from "./nesting-depth.ts";
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
  expect(parseBody(Buffer.from(text))).toEqual(asked);
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

test.each([
  ["", 0],
  ["{}", 1],
  ['{"a":[[1],{}]}', 3],
  ['{"[[[[":"]]\\"[["}', 1],
  ['["\\\\",["\\"["]]', 2],
  ["[[[[[[", 4],
])("%s is nested %i deep, counted to 3 and one more", (json, depth) => {
  expect(nestingDepth(Buffer.from(json), 3)).toBe(depth);
});
