import { expect, test } from "vitest";
import { encodeFrame, type Frame, FrameReader, maxDataBytes } from "./frames.ts";

/** Numbers below `below`, the same ones for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function anyFrame(next: (below: number) => number): Frame {
  const id = next(2 ** 32);
  const kind = (["open", "data", "credit", "end", "close", "ping"] as const)[next(6)] ?? "ping";
  switch (kind) {
    case "open":
      return { kind, id, name: "é:".repeat(next(50)) };
    case "data":
      return { kind, id, bytes: Buffer.alloc(next(2) === 0 ? next(10) : next(maxDataBytes + 1), next(256)) };
    case "credit":
      return { kind, id, byteCount: next(2 ** 32) };
    case "end":
    case "close":
    case "ping":
      return { kind, id };
  }
}

const readable = (frame: Frame) =>
  "bytes" in frame ? { ...frame, bytes: frame.bytes.toString("latin1") } : frame;

test.for(Array.from({ length: 30 }, (_, seed) => seed))(
  "frames arrive as they were sent, wherever the bytes are cut (seed %i)",
  (seed) => {
    const next = numbers(seed + 1);
    const frames = Array.from({ length: 40 }, () => anyFrame(next));
    const bytes = Buffer.concat(frames.map(encodeFrame));
    const reader = new FrameReader();
    const arrived: Frame[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + 1 + next(seed % 3 === 0 ? 12 : 100_000));
      arrived.push(...reader.read(bytes.subarray(at, end)));
      at = end;
    }
    expect(arrived.map(readable)).toEqual(frames.map(readable));
  },
);

test.for([
  ["words of a login file", Buffer.from("Welcome to the cluster!\n")],
  ["a frame that is too long", Buffer.from([1, 0, 0, 0, 1, 0x7f, 0, 0, 0])],
  ["a credit without a number", Buffer.from([2, 0, 0, 0, 1, 0, 0, 0, 0])],
] as const)("%s is no frame", ([, bytes]) => {
  expect(() => new FrameReader().read(bytes)).toThrow("what arrived is no frame");
});
