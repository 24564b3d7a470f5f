import { runInNewContext } from "node:vm";
import { parsePythonLiteral } from "@berth/std/python-literal";
import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { commentLines, pythonString, shownJson, typescriptString } from "./quote.ts";

const hostile = [
  `" or ' or """ or '''`,
  "\\",
  'ends with a backslash \\"',
  "two\nlines\r\nand \u2028 more",
  "${1 + 1} `x` {x}",
  "\u202Eright to left",
  "nul \0 and bell \x07",
  "*/ alert(1) /*",
  "lone \uD800 half",
  "tag \u{E0041}",
];
const texts = string({ unit: "binary", maxLength: 40 });

test.each(hostile)("%j stays one string of Python and of TypeScript", (text) => {
  expect(parsePythonLiteral(pythonString(text))).toBe(text);
  expect(runInNewContext(typescriptString(text))).toBe(text);
  expect(JSON.parse(shownJson(text))).toBe(text);
});

test("any text does, and shows all that it holds", () => {
  assert(
    property(texts, (text) => {
      for (const quoted of [pythonString(text), typescriptString(text), shownJson(text)])
        expect(quoted).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(parsePythonLiteral(pythonString(text))).toBe(text);
      expect(runInNewContext(typescriptString(text))).toBe(text);
      expect(JSON.parse(shownJson(text))).toBe(text);
    }),
  );
});

test("no text ends a comment", () => {
  assert(
    property(texts, (text) => {
      for (const line of commentLines(`${text}*/${text}`))
        expect(line).not.toMatch(/\*\/|[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(commentLines("*\u200B/ one\ntwo\x0cthree")).toEqual(["* / one", "two", "three"]);
});
