import { randomBytes } from "node:crypto";
import { chatEvents, usageChunk } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { AnswerTail } from "./answer-tail.ts";
import { noTokens, readUsage } from "./read-usage.ts";

const unknown = noTokens;

test.each([
  [
    "an answer",
    '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}',
    { ...noTokens, inputTokens: 3, outputTokens: 5 },
  ],
  [
    "a stream with usage at its end",
    usageChunk(7, 11) + "data: [DONE]\n\n",
    { ...noTokens, inputTokens: 7, outputTokens: 11, cachedTokens: 0 },
  ],
  [
    "a stream whose other chunks say null",
    `${usageChunk(1, 2)}data: {"usage":null}\n\n`,
    { ...noTokens, inputTokens: 1, outputTokens: 2, cachedTokens: 0 },
  ],
  [
    "an embedding",
    '{"usage": {"prompt_tokens": 4, "total_tokens": 4}}',
    { ...noTokens, inputTokens: 4, outputTokens: undefined },
  ],
  ["a rank", '{"results":[],"usage":{"total_tokens":6}}', { ...noTokens, inputTokens: 6 }],
  [
    "a line of Ollama's",
    '{"message":{"content":""},"done":true,"context":[1,2],"prompt_eval_count":11,"prompt_eval_duration":5,"eval_count":200,"eval_duration":7}\n',
    { ...noTokens, inputTokens: 11, outputTokens: 200 },
  ],
  [
    "an embedding of Ollama's",
    '{"embeddings":[[1]],"total_duration":1,"prompt_eval_count":8}',
    { ...noTokens, inputTokens: 8 },
  ],
  [
    "an event of TGI's",
    'data:{"generated_text":"x","details":{"finish_reason":"length","generated_tokens":50,"input_length":11}}\n\n',
    { ...noTokens, inputTokens: 11, outputTokens: 50 },
  ],
  ["an answer that only speaks of it", '{"content":"\\"eval_count\\":5"}', undefined],
  [
    "a response, with what was cached and thought",
    '{"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":3}}}',
    { ...noTokens, inputTokens: 9, outputTokens: 5, cachedTokens: 4, reasoningTokens: 3 },
  ],
  [
    "a message of Anthropic's, whose cached input comes beside the other",
    '{"usage":{"input_tokens":9,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":5}}',
    { ...noTokens, inputTokens: 1109, outputTokens: 5, cachedTokens: 1000, cacheWriteTokens: 100 },
  ],
  [
    "a message of Anthropic's that tells what it thought",
    '{"usage":{"input_tokens":9,"output_tokens":5,"output_tokens_details":{"thinking_tokens":3}}}',
    { ...noTokens, inputTokens: 9, outputTokens: 5, reasoningTokens: 3 },
  ],
  ["a stream without usage", chatEvents(["usage", '"usage":{"prompt_tokens":1}']).join(""), undefined],
  ["usage that is no count", '{"usage":{"prompt_tokens":"3","completion_tokens":-1}}', unknown],
  ["usage that is cut off", '{"usage":{"prompt_tokens":3', undefined],
  ["nothing", "", undefined],
])("tokens are read from %s", (_fact, text, counts) => {
  expect(readUsage(text)).toEqual(counts);
});

describe("a stream of Anthropic's, longer than what is kept of its end,", () => {
  const event = (type: string, more: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const read = { input_tokens: 9, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000 };
  const start = event("message_start", { message: { usage: { ...read, output_tokens: 1 } } });
  const words = event("content_block_delta", { delta: { type: "text_delta", text: '"usage":{}' } }).repeat(
    500,
  );
  const known = { ...noTokens, inputTokens: 1109, cachedTokens: 1000, cacheWriteTokens: 100 };

  test.each<[string, object | undefined, object]>([
    ["tells only what it wrote at its end", { output_tokens: 500 }, { ...known, outputTokens: 500 }],
    [
      "tells all of it again at its end",
      { ...read, input_tokens: 10, cache_creation_input_tokens: null, output_tokens: 500 },
      { ...known, inputTokens: 1110, outputTokens: 500 },
    ],
    ["breaks off before its end", undefined, known],
  ])("%s", (_fact, usage, counts) => {
    const all = start + words + (usage === undefined ? "" : event("message_delta", { delta: {}, usage }));
    for (const pieceBytes of [7, 64 * 1024]) {
      const tail = new AnswerTail();
      for (let at = 0; at < all.length; at += pieceBytes)
        tail.push(Buffer.from(all.slice(at, at + pieceBytes)));
      expect(tail.usage()).toEqual(counts);
    }
  });
});

const numbers = Array.from({ length: 6000 }, () => Math.random());
test.each([
  [
    "an embedding of llama.cpp's",
    { object: "list", usage: { prompt_tokens: 7, total_tokens: 7 }, data: numbers },
    { ...noTokens, inputTokens: 7 },
  ],
  [
    "an answer of TGI's with its tokens",
    [{ generated_text: "x", details: { generated_tokens: 50, tokens: numbers } }],
    { ...noTokens, outputTokens: 50 },
  ],
])("usage before more than is kept of the end is read from the beginning of %s", (_fact, body, counts) => {
  const text = JSON.stringify(body);
  for (const pieceBytes of [7, 64 * 1024]) {
    const tail = new AnswerTail();
    for (let at = 0; at < text.length; at += pieceBytes)
      tail.push(Buffer.from(text.slice(at, at + pieceBytes)));
    expect(tail.usage()).toEqual(counts);
  }
});

test.each([
  ["an object", "{", 16],
  ["a stream of events", "data: ", 4],
  ["a stream of named events", "event: x\ndata: ", 4],
])("of %s the tail keeps the end, and no more, however it is cut", (_fact, start, keptKiB) => {
  const counted = Array.from({ length: 100 }, (_, index) => `${index},`).join("");
  const all = `${start}${counted}\n\n`.repeat(100);
  for (const pieceBytes of [1, 7, 3000, 1024 * 1024]) {
    const tail = new AnswerTail();
    for (let at = 0; at < all.length; at += pieceBytes) {
      const piece = Buffer.from(all.slice(at, at + pieceBytes));
      tail.push(piece);
      // whoever reads the next piece into the same memory changes nothing
      if (at > 0) piece.fill("#");
    }
    if (pieceBytes < all.length) expect(tail.text()).toBe(all.slice(-keptKiB * 1024));
    else expect(all.endsWith(tail.text())).toBe(true);
    expect(tail.totalBytes).toBe(all.length);
  }
});

test("an answer in one piece is not copied", () => {
  const tail = new AnswerTail();
  const piece = Buffer.from('{"usage":{}}');
  tail.push(piece);
  expect(tail.bytes().buffer).toBe(piece.buffer);
});

const event = (type: string, more: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

function tailOf(all: string, pieceBytes: number): AnswerTail {
  const tail = new AnswerTail();
  for (let at = 0; at < all.length; at += pieceBytes)
    tail.push(Buffer.from(all.slice(at, at + pieceBytes), "latin1"));
  return tail;
}

describe.each(["", ": hi\n\n", "\n", "id: 1\n", "retry: 5\n\n", "\u00ef\u00bb\u00bf"])(
  "a response behind %j, whose last event says again all that it said,",
  (before) => {
    const usage = { input_tokens: 3, output_tokens: 9000 };
    const metadata = { note: "x".repeat(6000) };
    const end = event("response.completed", { response: { output: "word ".repeat(9000), usage, metadata } });
    const all = before + event("response.created", {}) + end;

    test.each([1, 13, 64, 1000, 64 * 1024])(
      "in pieces of %i bytes, is whole, and its usage is read",
      (size) => {
        const tail = tailOf(all, size);
        expect(tail.isFinishedStream()).toBe(true);
        expect(tail.usage()).toEqual({ ...noTokens, inputTokens: 3, outputTokens: 9000 });
      },
    );

    test.each([1, 13, 64, 1000, 64 * 1024])("in pieces of %i bytes, is not whole without its end", (size) => {
      expect(tailOf(all.slice(0, -100), size).isFinishedStream()).toBe(false);
    });
  },
);

test("wherever the tail cuts the last event, it is known", () => {
  for (const kept of [4, 16]) {
    for (let longer = -2; longer < 60; longer += 1) {
      const bare = event("response.completed", { text: "" }).length;
      const text = "x".repeat(kept * 1024 - bare + longer);
      const all = event("response.created", {}) + event("response.completed", { text });
      for (const size of [1000, 64 * 1024]) {
        expect([longer, tailOf(all, size).isFinishedStream()]).toEqual([longer, true]);
        expect([longer, tailOf(all.slice(0, -2), size).isFinishedStream()]).toEqual([longer, false]);
      }
    }
  }
});

test("what looks like an end in the middle of a cut line is none", () => {
  for (const end of ["data: [DONE]", "event: message_stop\\n\\n"]) {
    for (let more = 4060; more < 4100; more += 1) {
      const all = `data: {"choices":[{"delta":{"content":"${"y".repeat(5000)}${end}${"x".repeat(more)}`;
      for (const size of [1000, 64 * 1024]) expect(tailOf(all, size).isFinishedStream()).toBe(false);
    }
  }
});

test.each([1000, 4000, 100_000])(
  "usage in a long event is read in pieces of %i bytes when a short one follows",
  (size) => {
    const usage = { input_tokens: 3, output_tokens: 9 };
    const all = `${event("response.created", {})}${event("response.completed", { usage, more: "m".repeat(5000) })}event: done\ndata: [DONE]\n\n`;
    expect(tailOf(all, size).usage()).toMatchObject({ inputTokens: 3, outputTokens: 9 });
  },
);

test("what a message read is known behind a comment, too", () => {
  const start = event("message_start", { message: { usage: { input_tokens: 3000, output_tokens: 1 } } });
  const end = event("message_delta", { usage: { output_tokens: 9 } });
  expect(tailOf(`: hi\n\n${start}${end}`, 100).usage()).toMatchObject({ inputTokens: 3000, outputTokens: 9 });
});

test("a packed answer is kept to its end, as far as it may be read", () => {
  const tail = new AnswerTail(true);
  const packed = randomBytes(60_000);
  for (let at = 0; at < packed.length; at += 8192) tail.push(packed.subarray(at, at + 8192));
  expect(tail.bytes().equals(packed)).toBe(true);
});
