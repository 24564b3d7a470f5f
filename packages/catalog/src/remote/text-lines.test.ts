import fc from "fast-check";
import { expect, test } from "vitest";
import { textLines } from "./text-lines.ts";

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_000): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  return Array.fromAsync(textLines(stream(), maxBytes));
}

test("lines are the same however the bytes are cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text)),
        { maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom("\n", "\r\n"),
      async (lines, size, end) => {
        const bytes = Buffer.from(lines.map((line) => line + end).join(""));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await linesOf(chunks)).toEqual(lines);
      },
    ),
  );
});

test("what stands behind the last line end is a line too", async () => {
  expect(await linesOf([Buffer.from("a\nb")])).toEqual(["a", "b"]);
});

test("a line without an end is refused before it is all there", async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 1;
      yield Buffer.alloc(100, "x");
    }
  }
  await expect(Array.fromAsync(textLines(endless(), 1_000))).rejects.toMatchObject({
    code: "upstream_failed",
  });
  expect(given).toBe(11);
});
