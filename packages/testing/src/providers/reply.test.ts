import { expect, test } from "vitest";
import { generate, tokensOf } from "./reply.ts";

test.each(["", "one", " one  two\nthree ", "   "])("the tokens of %j joined are the text", (text) => {
  expect(tokensOf(text).join("")).toBe(text);
});

test.each([
  ["nothing", "a b "],
  ["all", "a b ###"],
  ["all but its last token", "a b "],
] as const)("of a stop sequence %s is kept", (keepsOfStop, text) => {
  const generated = generate("a b ### c", { maxTokens: undefined, stop: ["c", "###"], keepsOfStop });
  expect(generated).toMatchObject({ text, end: "stop", stopSequence: "###" });
});

test("the most tokens come before a stop sequence that is further on", () => {
  const limits = { maxTokens: 2, stop: ["d"], keepsOfStop: "nothing" } as const;
  expect(generate("a b c d", limits)).toMatchObject({ text: "a b", end: "length", stopSequence: undefined });
});
