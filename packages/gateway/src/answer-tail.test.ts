import { chatEvents, usageChunk } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
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
  ["a stream without usage", chatEvents(["usage", '"usage":{"prompt_tokens":1}']).join(""), undefined],
  ["usage that is no count", '{"usage":{"prompt_tokens":"3","completion_tokens":-1}}', unknown],
  ["usage that is cut off", '{"usage":{"prompt_tokens":3', undefined],
  ["nothing", "", undefined],
])("tokens are read from %s", (_fact, text, counts) => {
  expect(readUsage(text)).toEqual(counts);
});

test.each([
  ["[DONE]", "data: {}\n\ndata: [DONE]\n\n", true],
  ["[DONE] with CRLF", "data: {}\r\n\r\ndata: [DONE]\r\n\r\n", true],
  ["[DONE] and no last empty line", "data: {}\n\ndata:[DONE]", true],
  ["[DONE] and a comment", "data: [DONE]\n\n: bye\n\n", true],
  ["an error", 'data: {}\n\ndata: {"error":{"message":"x"}}\n\n', true],
  ["a named error", 'event: error\ndata: {"message":"x"}\n\n', true],
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
