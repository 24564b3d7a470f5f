import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellWord } from "../snippets/quote.ts";
import { splitWords } from "./split-words.ts";

const words = (line: string): readonly string[] | string => {
  const split = splitWords(line);
  return split.kind === "words" ? split.words : `unclosed ${split.quote}`;
};

test.each([
  ["", []],
  ["my-server --port {port}", ["my-server", "--port", "{port}"]],
  [`a 'b c' "d e" f\\ g`, ["a", "b c", "d e", "f g"]],
  [`"say \\"hi\\"" '\\n' ""`, [`say "hi"`, "\\n", ""]],
  ["one \\\n  two", ["one", "two"]],
  ["$HOME/*", ["$HOME/*"]],
])("%j", (line, expected) => {
  expect(words(line)).toEqual(expected);
});

test.each([`a 'b`, `a "b`])("%j never ends", (line) => {
  expect(words(line)).toMatch(/^unclosed/);
});

test("it reads what a shell reads", () => {
  const line = `x 'a'"b"c "" \\'q "t\\\\u"`;
  const printed = execFileSync("sh", ["-c", `printf '%s\\036' ${line}`], { encoding: "utf8" });
  expect(words(line)).toEqual(printed.split("\u001e").slice(0, -1));
});

test("whatever is quoted comes back", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (list) => {
      expect(words(list.map(shellWord).join(" "))).toEqual(list);
    }),
  );
});
