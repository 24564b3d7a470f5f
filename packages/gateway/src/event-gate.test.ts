import { chatChunk, done, event, usageChunk } from "@berth/testing/fake-model-server-script";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventGate } from "./event-gate.ts";

/** What comes out when the text is cut into pieces of that size. */
function through(text: string, pieceBytes: number, stripUsage: boolean): string {
  const gate = new EventGate(stripUsage);
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const passed = gate.push(bytes.subarray(at, at + pieceBytes));
    if (passed.kind === "error") return `error ${passed.event.toString()}`;
    if (passed.bytes !== undefined) out.push(passed.bytes);
  }
  const left = gate.end();
  if (left !== undefined) out.push(left);
  return Buffer.concat(out).toString();
}

const words = chatChunk({ content: "Grüße " }) + chatChunk({ content: "🚀" }, "stop");
const failure = event({ error: { message: "no" } });
const begun =
  "event: message_start\ndata: {}\n\nevent: content_block_start\ndata: {}\n\nevent: ping\ndata: {}\n\n";
const said = "event: content_block_delta\ndata: {}\n\n";
const overloaded = "event: error\ndata: {}\n\n";
const filtered = event({ choices: [], prompt_filter_results: [] });

describe.for([1, 3, 50, 10_000])("in pieces of %i bytes", (pieceBytes) => {
  // one row, one line
  // oxfmt-ignore
  test.for([
    ["a chat passes as it is", words + done, words + done],
    ["comments pass", `: ping\n\n${words}: bye\n\n${done}`, `: ping\n\n${words}: bye\n\n${done}`],
    ["usage is taken out", words + usageChunk(3, 4) + done, words + done],
    ["usage beside a choice stays", event({ choices: [{ index: 0 }], usage: {} }) + done, event({ choices: [{ index: 0 }], usage: {} }) + done],
    ["a chunk without choices and usage stays", filtered + words + done, filtered + words + done],
    ["an error comes first", failure + done, `error ${failure}`],
    ["an error comes first, after comments", `: ping\n\n${failure}`, `error ${failure}`],
    ["a named error comes first", 'event: error\ndata: {"message":"x"}\n\n', 'error event: error\ndata: {"message":"x"}\n\n'],
    ["a message of Anthropic's passes as it is", begun + said + overloaded, begun + said + overloaded],
    ["a message of Anthropic's begins, and comes to an error", begun + overloaded, `error ${overloaded}`],
    ["a message of Anthropic's only begins", begun, begun],
    ["an error comes later", words + failure, words + failure],
    ["the last event has no end", words + "data: [DONE]", words + "data: [DONE]"],
    ["lines end in CRLF", (words + usageChunk(3, 4) + done).replaceAll("\n", "\r\n"), (words + done).replaceAll("\n", "\r\n")],
  ] as const)("%s", ([, text, expected]) => {
    expect(through(text, pieceBytes, true)).toBe(expected);
  });

  test("nothing is taken out for a client that has asked for usage", () => {
    const text = words + usageChunk(3, 4) + done;
    expect(through(text, pieceBytes, false)).toBe(text);
  });
});

test.each([
  ["one event", `data: ${"x".repeat(256_000)}\n\n`],
  ["an event that never ends", `data: ${"x".repeat(300_000)}`],
  ["events that say nothing yet", "event: ping\ndata: {}\n\n".repeat(12_000)],
  ["comments", ": ping\n\n".repeat(30_000)],
  ["short events", "data: 1\n\n".repeat(30_000)],
])("%s, byte by byte, costs no more than its bytes", (_, text) => {
  const begunMs = performance.now();
  expect(through(text, 1, true)).toBe(text);
  // it was ten seconds and more
  expect(performance.now() - begunMs).toBeLessThan(4000);
});

test("however many events say nothing yet, only so much of them is kept", () => {
  const gate = new EventGate(false);
  const ping = Buffer.from("event: ping\ndata: {}\n\n");
  let passed = 0;
  for (let count = 0; count < 20_000; count += 1) {
    const told = gate.push(ping);
    if (told.kind === "pass") passed += told.bytes?.length ?? 0;
  }
  expect(gate.begun).toBe(true);
  expect(passed).toBe(20_000 * ping.length);
});

test("an event that never ends is passed on, not kept", () => {
  const long = `data: ${"x".repeat(600_000)}`;
  expect(through(long, 10_000, true)).toBe(long);
});

test("however a stream is cut, the same comes out", () => {
  const text = `${words}: c\n\n${usageChunk(1, 2)}${done}`;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (cuts) => {
      const gate = new EventGate(true);
      const bytes = Buffer.from(text);
      let out = "";
      for (let at = 0, count = 0; at < bytes.length; count += 1) {
        const next = at + cuts[count % cuts.length]!;
        const passed = gate.push(bytes.subarray(at, next));
        if (passed.kind === "pass") out += passed.bytes?.toString("latin1") ?? "";
        at = next;
      }
      out += gate.end()?.toString("latin1") ?? "";
      expect(Buffer.from(out, "latin1").toString()).toBe(`${words}: c\n\n${done}`);
    }),
  );
});
