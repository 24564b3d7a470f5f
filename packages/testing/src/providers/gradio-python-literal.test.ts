import { expect, test } from "vitest";
import { parsePythonLiteral, pythonRepr, type PythonValue } from "./gradio-python-literal.ts";

// the right column is what Python 3.11 printed
test.each<[PythonValue, string]>([
  ["it's", `"it's"`],
  [`say "hi"`, `'say "hi"'`],
  [`it's "so"`, `'it\\'s "so"'`],
  ["a\nb\tc\\d", "'a\\nb\\tc\\\\d'"],
  ["wörld 😀", "'wörld 😀'"],
  ["\u00a0\u200b\u0007", "'\\xa0\\u200b\\x07'"],
  [Buffer.from("a'\u00ff\n", "latin1"), `b"a'\\xff\\n"`],
  [[1, 2.5, true, null], "[1, 2.5, True, None]"],
  [{ k: ["v"] }, "{'k': ['v']}"],
  ["\u{e0001}", "'\\U000e0001'"],
])("%j is written as Python writes it, and read back", (value, literal) => {
  expect(pythonRepr(value)).toBe(literal);
  expect(parsePythonLiteral(literal)).toEqual(value);
});

test.each<[string, PythonValue]>([
  [`{"a": 'b', }`, { a: "b" }],
  ["('a',)", ["a"]],
  ["('a')", "a"],
  [
    "[('u', None), (-1, 1e3)]",
    [
      ["u", null],
      [-1, 1000],
    ],
  ],
  ["'''it's\n'''", "it's\n"],
  ["r'\\n' 'b'", "\\nb"],
  ["'\\u00e4\\x41\\101\\q'", "äAA\\q"],
])("%s is a literal", (literal, value) => {
  expect(parsePythonLiteral(literal)).toEqual(value);
});

test.each([
  ['{"a": true}', "malformed node or string"],
  ["{'a': null}", "malformed node or string"],
  ["{'a': 1", "invalid syntax"],
  ["'a", "unterminated string literal"],
  ["{} {}", "invalid syntax"],
])("%s is none", (literal, why) => {
  expect(() => parsePythonLiteral(literal)).toThrow(why);
});
