import { eventStreamFrame, payloadPart } from "@berth/testing/providers/sagemaker-event-stream";
import { describe, expect, test } from "vitest";
import { ProviderFailure } from "../provider-failure.ts";
import { readEventStream } from "./event-stream.ts";

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = bytes.length): Promise<[string | undefined, string][]> {
  const all = await Array.fromAsync(readEventStream(cut(bytes, size)));
  return all.map(({ headers, payload }) => [headers.get(":event-type"), payload.toString()]);
}

const two = Buffer.concat([payloadPart(Buffer.from("one")), payloadPart(Buffer.from("zwö"))]);

test.each([1, 7, 12, 1000])("messages are read from pieces of %s bytes", async (size) => {
  expect(await read(two, size)).toEqual([
    ["PayloadPart", "one"],
    ["PayloadPart", "zwö"],
  ]);
});

test("headers of all types are passed over", async () => {
  const frame = eventStreamFrame({ a: "b", ":event-type": "PayloadPart" }, Buffer.from("x"));
  expect(await read(frame)).toEqual([["PayloadPart", "x"]]);
});

describe("it is a failure when", () => {
  const changed = (at: number): Buffer => {
    const bytes = Buffer.from(two);
    bytes[at]! ^= 1;
    return bytes;
  };
  test.each<[string, Buffer]>([
    ["a length is wrong", changed(3)],
    ["a header is wrong", changed(14)],
    ["what is carried is wrong", changed(payloadPart(Buffer.from("one")).length - 5)],
    ["a checksum is wrong", changed(two.length - 1)],
    ["it ends within a message", two.subarray(0, -1)],
  ])("%s", async (_, bytes) => {
    await expect(read(bytes, 5)).rejects.toThrow(ProviderFailure);
  });
});
