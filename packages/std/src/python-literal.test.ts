import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePythonLiteral, writePythonLiteral, type PythonValue } from "./python-literal.ts";

const bytes = (...all: number[]) => Uint8Array.from(all);

describe("a literal is read", () => {
  test.each<[string, PythonValue]>([
    ["None", null],
    [" True ", true],
    ["False", false],
    ["0", 0],
    ["00_0", 0],
    ["-1_000", -1000],
    ["+ 7", 7],
    ["0xFF_ff", 65535],
    ["0o17", 15],
    ["0b1_01", 5],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["1.", 1],
    [".5", 0.5],
    ["1_0.2_5e-1", 1.025],
    ["1e3", 1000],
    ["-0.0", -0],
    ["nan", NaN],
    ["[inf, -inf]", [Infinity, -Infinity]],
    [`'a' "b"\n'''c\nd'''`, "abc\nd"],
    [`u'é' R'\\n\\''`, "é\\n\\'"],
    [String.raw`'\a\b\f\n\r\t\v\\\'\"\0\101\x41\u00e9\U0001F600'`, "\x07\b\f\n\r\t\v\\'\"\0AAé😀"],
    [String.raw`'\d'`, String.raw`\d`],
    ["'a\\\nb'", "ab"],
    ["'''a\r\nb'''", "a\nb"],
    [String.raw`b'\xff\777\u' Rb"\x"`, bytes(0xff, 0xff, 0x5c, 0x75, 0x5c, 0x78)],
    ["b''", bytes()],
    ["()", []],
    ["(1)", 1],
    ["(1,)", [1]],
    ["1, 2", [1, 2]],
    ["(1, (2, 3),)", [1, [2, 3]]],
    ["[ ]", []],
    ["[1, 'a', # one\n None,]", [1, "a", null]],
    ["{}", {}],
    ["{1}", [1]],
    ["{1, 2,}", [1, 2]],
    ["set()", []],
    ["{'a': {'b': (1,)}, 2: None, True: 1.5,}", { a: { b: [1] }, 2: null, true: 1.5 }],
    ["{'__proto__': 1}", Object.fromEntries([["__proto__", 1]])],
    [
      "[{'inference_server':'http://h:6112','base_model':'m'}]",
      [{ inference_server: "http://h:6112", base_model: "m" }],
    ],
  ])("%s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });
});

describe("what is no literal is told, where and what was expected", () => {
  test.each([
    ["", "line 1, column 1: expected a string, a number, True, False, None, `[`, `(` or `{`"],
    ["true", "line 1, column 1: expected a string"],
    ["f(1)", "line 1, column 1: expected a string"],
    ["f'a'", "line 1, column 1: expected a string"],
    ["1 2", "line 1, column 3: expected the end"],
    ["01", "line 1, column 1: expected a string"],
    ["1__0", "line 1, column 1: expected a string"],
    ["1j", "line 1, column 1: expected a string"],
    ["-'a'", "line 1, column 2: expected a number"],
    ["[1\n 2]", "line 2, column 2: expected `,` or `]`"],
    ["[1", "line 1, column 3: expected `,` or `]`"],
    ["[,]", "line 1, column 2: expected a string"],
    ["(1 2)", "line 1, column 4: expected `,` or `)`"],
    ["{'a' 1}", "line 1, column 6: expected `:`, `,` or `}`"],
    ["{'a': 1 'b': 2}", "line 1, column 9: expected `,` or `}`"],
    ["{'a': 1, 'b'}", "line 1, column 13: expected `:`"],
    ["{[]: 1}", "line 1, column 2: expected a key that is a string"],
    ["'a", "line 1, column 3: expected ' at the string's end"],
    ["'a\nb'", "line 1, column 3: expected ' at the string's end"],
    ["'a\\", "line 1, column 4: expected something behind the backslash"],
    [String.raw`'\xg'`, "line 1, column 2: expected 2 hexadecimal digits"],
    [String.raw`'\U00110000'`, "line 1, column 2: expected 8 hexadecimal digits of a sign, at most 10ffff"],
    [String.raw`'\N{DASH}'`, "line 1, column 2: expected a sign itself or its \\u number"],
    ["'a' b'b'", "line 1, column 5: expected strings or bytes beside each other, not both"],
    ["b'é'", "line 1, column 3: expected ASCII in bytes"],
  ])("%j", (text, told) => {
    expect(() => parsePythonLiteral(text)).toThrow(told);
  });
});

test("brackets within each other are counted", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(() => parsePythonLiteral(nested(100))).not.toThrow();
  expect(() => parsePythonLiteral(nested(100_000))).toThrow(
    "column 102: expected fewer brackets within each other",
  );
  expect(() => parsePythonLiteral("(((1)))", { maxDepth: 2 })).toThrow("fewer brackets");
});

test("a text may be long, a number not", () => {
  expect(parsePythonLiteral(`${"# a\n".repeat(200_000)}1`)).toBe(1);
  expect(parsePythonLiteral(`9${"0".repeat(4299)}`)).toBeTypeOf("bigint");
  expect(() => parsePythonLiteral(`9${"0".repeat(4300)}`)).toThrow("expected a string, a number");
});

test.each<[PythonValue, string]>([
  ["it's", `"it's"`],
  [`"it's"`, String.raw`'"it\'s"'`],
  ["a\n\0\u00A0é", String.raw`'a\n\x00\xa0é'`],
  [{ a: [1, true, null], b: bytes(65, 0, 39) }, String.raw`{'a': [1, True, None], 'b': b"A\x00'"}`],
  [1e20, "100000000000000000000.0"],
])("%j is written %s", (value, text) => {
  expect(writePythonLiteral(value)).toBe(text);
});

test("what was written is read as the same", () => {
  const { value } = fc.letrec<{ value: PythonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.integer(),
      fc.bigInt().filter((one) => !Number.isSafeInteger(Number(one))),
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("'", '"', "\\", "\n", "\uD800", "é") }),
      fc.uint8Array(),
      fc.array(tie("value")),
      fc.dictionary(fc.string(), tie("value")),
    ),
  }));
  fc.assert(
    fc.property(value, (one) => {
      expect(parsePythonLiteral(writePythonLiteral(one))).toEqual(one);
    }),
  );
});
