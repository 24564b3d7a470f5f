import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellQuote, shellWords } from "./shell-quote.ts";

test("every word comes out of a real shell as it went in", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: "binary" }).filter((word) => !word.includes("\0") && word.isWellFormed()),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      (words) => {
        const said = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${shellWords(words)}`]).toString();
        expect(said).toBe(words.map((word) => `${word}\0`).join(""));
      },
    ),
    { numRuns: 50 },
  );
});

test.each([
  ["plain/path-1.txt", "plain/path-1.txt"],
  ["", "''"],
  ["it's", String.raw`'it'\''s'`],
  ["$(touch /tmp/x)", "'$(touch /tmp/x)'"],
  ["=ls", "'=ls'"],
])("%s is quoted as %s", (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});

test("a NUL is refused", () => {
  expect(() => shellQuote("a\0b")).toThrow(RangeError);
});
