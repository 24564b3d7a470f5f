import fc from "fast-check";
import { expect, test } from "vitest";
import { fillBraces } from "./fill-braces.ts";

test.each([
  ["--port={port}", "--port=80"],
  ["{port}{port}", "8080"],
  ["{other} {} {port", "{other} {} {port"],
  ["{toString}", "{toString}"],
])("%s", (text, filled) => {
  expect(fillBraces(text, { port: "80" })).toBe(filled);
});

test("what is filled in is not filled again, and dollars in it mean nothing", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(fillBraces("<{a}>", { a: `{b}$&${value}`, b: "never" })).toBe(`<{b}$&${value}>`);
    }),
  );
});
