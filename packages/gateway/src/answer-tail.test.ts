import { chatEvents, usageChunk } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { AnswerTail, isFinishedStream, noTokens, readUsage } from "./answer-tail.ts";

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
  ["[DONE]", "data: {}\n\ndata: [DONE]\n\n", true],
  ["[DONE] with CRLF", "data: {}\r\n\r\ndata: [DONE]\r\n\r\n", true],
  ["[DONE] and no last empty line", "data: {}\n\ndata:[DONE]", true],
  ["[DONE] and a comment", "data: [DONE]\n\n: bye\n\n", true],
  ["an error", 'data: {}\n\ndata: {"error":{"message":"x"}}\n\n', true],
  ["a named error", 'event: error\ndata: {"message":"x"}\n\n', true],
  ["the end of a message", 'event: message_stop\ndata: {"type":"message_stop"}\n\n', true],
  ["the end of a response", "event: response.completed\ndata: {}\n\n", true],
  ["an event of a message", "event: message_delta\ndata: {}\n\n", false],
  ["a chunk", 'data: {"choices":[]}\n\n', false],
  ["a chunk that tells of [DONE]", 'data: {"content":"data: [DONE]"}\n\n', false],
  ["half an event", 'data: {"cho', false],
  ["nothing", "", false],
])("a stream that ends with %s is finished: %s", (_fact, text, finished) => {
  expect(isFinishedStream(text)).toBe(finished);
});

test("the tail keeps the end of the longest answer, and little more", () => {
  const tail = new AnswerTail();
  for (let count = 0; count < 100_000; count += 1) tail.push(Buffer.from(`${count},`));
  expect(tail.text().endsWith("99998,99999,")).toBe(true);
  expect(tail.text().length).toBeGreaterThanOrEqual(16 * 1024);
  expect(tail.text().length).toBeLessThan(17 * 1024);
});
