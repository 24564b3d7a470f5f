import fc from "fast-check";
import { expect, test } from "vitest";
import { PlainStream } from "./plain-stream.ts";

const whole = (text: string): string => new PlainStream().pass(text);

test.each([
  ["colours stay", "\u001b[1;31mred\u001b[0m", "\u001b[1;31mred\u001b[0m"],
  ["progress stays", "10 %\r20 %\n\t", "10 %\r20 %\n\t"],
  ["the cursor is not moved", "a\u001b[2Ab\u001b[2J", "ab"],
  ["the window is not renamed", "a\u001b]0;root@laptop\u0007b", "ab"],
  ["the clipboard is not filled", "a\u001b]52;c;cm0gLXJmIH4=\u001b\\b", "ab"],
  ["the terminal is not asked anything", "a\u001b[6n\u001bP+q544e\u001b\\b", "ab"],
  ["nor by the short forms of 1979", "a\u009b2Jb\u0008\u0007c\u001bc", "a2Jbc"],
  ["what is no sequence loses its first letter", "\u001b\u001b[0m\u001b\u0001x", "\u001b[0mx"],
])("%s", (_, text, shown) => {
  expect(whole(text)).toBe(shown);
});

const letters = fc.constantFrom(
  "\u001b",
  "[",
  "]",
  "3",
  ";",
  "m",
  "J",
  "\u0007",
  "\\",
  "x",
  "\n",
  "\u0001",
  "P",
);

test("the same is shown however the output is cut into parts", () => {
  fc.assert(
    fc.property(fc.array(fc.array(letters).map((some) => some.join(""))), (parts) => {
      const stream = new PlainStream();
      const shown = parts.map((part) => stream.pass(part)).join("");
      expect(shown).toBe(whole(parts.join("")));
    }),
  );
});

test("nothing but colours is left of what begins with escape", () => {
  fc.assert(
    fc.property(fc.array(letters), (some) => {
      const rest = whole(some.join("")).replaceAll(/\u001b\[[0-9;:]*m/g, "");
      expect(rest).not.toContain("\u001b");
    }),
  );
});

test("a sequence that never ends is not waited for", () => {
  const stream = new PlainStream();
  expect(stream.pass(`\u001b]0;${"x".repeat(5000)}`)).toContain("xxx");
  expect(stream.pass("on")).toBe("on");
});
