import { describe, expect, test } from "vitest";
import type { LlamaModel, Token } from "./llama-module.ts";
import { TextStream, TokenText } from "./token-text.ts";

/** Tokens are bytes; the anchor is dropped as a real tokenizer drops it. */
const byteModel = {
  tokenize: (text: string) => [...Buffer.from(text)],
  detokenize: (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens)),
} as unknown as LlamaModel;

function read(bytes: Uint8Array): { pieces: string[]; end: string } {
  const stream = new TextStream(new TokenText(byteModel));
  return { pieces: Array.from(bytes, (byte) => stream.push(byte as Token)), end: stream.end() };
}

describe("bytes become whole characters", () => {
  test.each([
    ["plain letters pass at once", Buffer.from("ab"), ["a", "b"], ""],
    ["two bytes wait for each other", Buffer.from("aü"), ["a", "", "ü"], ""],
    ["four bytes wait for each other", Buffer.from("😀"), ["", "", "", "😀"], ""],
    [
      "an unfinished character at the end is dropped",
      Buffer.from("a😀").subarray(0, 4),
      ["a", "", "", ""],
      "",
    ],
    ["a byte that starts nothing is shown as wrong", Uint8Array.of(0xf0, 0x61), ["", "\uFFFDa"], ""],
  ])("%s", (_, bytes, pieces, end) => {
    expect(read(bytes)).toEqual({ pieces, end });
  });

  test("bytes that never become a character do not hold back the rest for ever", () => {
    const { pieces } = read(new Uint8Array(12).fill(0x80));
    expect(pieces.join("").length).toBeGreaterThan(0);
  });
});
