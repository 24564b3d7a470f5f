import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonFault } from "./json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON with one place damaged: near enough to be wrong in every way. */
const damaged = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom(...'{}[],:"\\ 019.-+eEtrufalsn\u0000\n'.split(""), ""),
    fc.boolean(),
  )
  .map(([text, at, char, replace]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + char + text.slice(place + (replace ? 1 : 0));
  });

test.each([
  ["valid JSON", fc.json()],
  ["damaged JSON", damaged],
  ["any text", fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 01.-e\ttrufalsn\u00e9'.split("")) })],
])("finds a fault in %s exactly when JSON.parse does", (_kind, texts) => {
  fc.assert(
    fc.property(texts, (text) => {
      const fault = findJsonFault(text);
      expect(fault === undefined).toBe(isJson(text));
      if (fault !== undefined) expect(fault.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["", 0, "a value"],
  ["  ", 2, "a value"],
  ["{", 1, "a name in double quotes"],
  ['{"a"', 4, '":"'],
  ['{"a":1', 6, '"," or "}"'],
  ["[1 2]", 3, '"," or "]"'],
  ["[1,]", 3, "a value"],
  ['{"a":1,}', 7, "a name in double quotes"],
  ['"ab', 3, "the end of the text in double quotes"],
  ['"a\\x"', 2, "a known escape"],
  ['"a\nb"', 2, "an escape for this control character"],
  ["1 2", 2, "nothing after the value"],
  ["[01]", 2, '"," or "]"'],
  ["nul", 0, "a value"],
  ["[}", 1, "a value"],
])("%s is at fault at %i, where %s was expected", (text, offset, expected) => {
  expect(findJsonFault(text)).toEqual({ offset, expected });
});

test("a long text is looked through without running out of room", () => {
  expect(findJsonFault(`{"a":"${"x".repeat(5_000_000)}"`)).toEqual({
    offset: 5_000_007,
    expected: '"," or "}"',
  });
});
