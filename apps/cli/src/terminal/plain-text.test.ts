import { expect, test } from "vitest";
import { oneLine, plainText } from "./plain-text.ts";

test.for([
  ["red \u001b[31mtext\u001b[0m", "red text"],
  ["clear \u001b[2J\u001b[H", "clear "],
  ["title \u001b]0;x\u0007", "title ]0;x"],
  ["bell\u0007 back\u0008 return\r", "bell back return"],
  ["C1 \u009b31m", "C1 31m"],
  ["tab\tand\nline stay", "tab\tand\nline stay"],
  ["größer 🚢", "größer 🚢"],
] as const)("%j becomes %j", ([text, plain]) => {
  expect(plainText(text)).toBe(plain);
});

test("one line is one line", () => {
  expect(oneLine("a\r\nb\tc\nd")).toBe("a b c d");
});
