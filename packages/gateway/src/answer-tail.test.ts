import { chatEvents, usageChunk } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { AnswerTail, isFinishedStream, readUsage } from "./answer-tail.ts";

const unknown = { promptTokens: undefined, completionTokens: undefined };

test.each([
  [
    "an answer",
    '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}',
    { promptTokens: 3, completionTokens: 5 },
  ],
  [
    "a stream with usage at its end",
    usageChunk(7, 11) + "data: [DONE]\n\n",
    { promptTokens: 7, completionTokens: 11 },
  ],
  [
    "a stream whose other chunks say null",
    `${usageChunk(1, 2)}data: {"usage":null}\n\n`,
    { promptTokens: 1, completionTokens: 2 },
  ],
  [
    "an embedding",
    '{"usage": {"prompt_tokens": 4, "total_tokens": 4}}',
    { promptTokens: 4, completionTokens: undefined },
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
