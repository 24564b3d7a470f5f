import fc from "fast-check";
import { expect, test } from "vitest";
import { SseReader, type ServerSentEvent } from "./sse-reader.ts";

function read(pieces: readonly Uint8Array[]): Partial<ServerSentEvent>[] {
  const reader = new SseReader(1000);
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
}

const plain = (data: string): ServerSentEvent => ({ event: undefined, id: undefined, data });

// one row, one line
// oxfmt-ignore
test.for([
  ["data", "data: a\n\n", [plain("a")]],
  ["data without a space", "data:a\n\ndata:  b\n\n", [plain("a"), plain(" b")]],
  ["several lines", "data: a\ndata\ndata: b\n\n", [plain("a\n\nb")]],
  ["a name and an id", "event: x\nid: 7\ndata: a\n\ndata: b\n\n", [{ event: "x", id: "7", data: "a" }, plain("b")]],
  ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [plain("a"), plain("b")]],
  ["CR", "data: a\r\rdata: b\r\r", [plain("a"), plain("b")]],
  ["comments and what it does not know", ": ping\n\nretry: 3\nx\ndata: a\n\n", [plain("a")]],
  ["a name without data, which is no event", "event: x\n\ndata: a\n\n", [plain("a")]],
  ["an end without an empty line", "data: a\n\ndata: b", [plain("a"), plain("b")]],
  ["characters of several bytes", "data: Grüße 🚀\n\n", [plain("Grüße 🚀")]],
] as const)("reads %s, whole and byte by byte", ([, text, events]) => {
  const bytes = Buffer.from(text);
  expect(read([bytes])).toEqual(events);
  expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(events);
});

test("an event without end is refused", () => {
  expect(() => read([Buffer.from(`data: ${"x".repeat(2000)}`)])).toThrow(RangeError);
});

test("nor may it hold any number of empty lines of data", () => {
  expect(() => read([Buffer.from("data\n".repeat(2000))])).toThrow(RangeError);
});

test.each([
  ["LF", ":\n"],
  ["CR", ":\r"],
])("a megabyte of short lines that end in %s alone is read once", (_, line) => {
  const begunMs = performance.now();
  expect(read([Buffer.from(line.repeat(500_000))])).toEqual([]);
  // it was five seconds
  expect(performance.now() - begunMs).toBeLessThan(2000);
});

test("any cut of the bytes reads the same", () => {
  const text = ": c\r\nevent: x\r\ndata: ü🚀\r\ndata: 2\r\n\r\ndata: b\n\ndata: c\r\rdata: d";
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
      expect(read(pieces)).toEqual(read([bytes]));
    }),
  );
});
