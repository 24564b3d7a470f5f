import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

async function linesOf(text: string, pieceBytes: number, maxChars?: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return Array.fromAsync(readLines(body(), maxChars));
}

test.each([1, 2, 3, 1000])("lines are the same in pieces of %i bytes", async (pieceBytes) => {
  expect(await linesOf("né\r\n🦊\n\n\nlast", pieceBytes)).toEqual(["né", "🦊", "last"]);
  expect(await linesOf("one\ntwo\r\n", pieceBytes)).toEqual(["one", "two"]);
  expect(await linesOf("", pieceBytes)).toEqual([]);
});

test("a line that never ends is not gathered for ever", async () => {
  await expect(linesOf("0123456789\nx", 3, 5)).rejects.toThrow(RangeError);
});
