import { expect, test } from "vitest";
import { isFinishedStream } from "./finished-stream.ts";

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
  ["half the last event of a response", 'event: response.completed\ndata: {"type":', false],
  ["half an event", 'data: {"cho', false],
  ["nothing", "", false],
])("a stream that ends with %s is finished: %s", (_fact, text, finished) => {
  expect(isFinishedStream(text)).toBe(finished);
});

const longEnd = `${"x".repeat(9000)}"}}\n\n`;
test.each([
  ["is the last of a response", longEnd, "event: response.completed", true],
  ["is another", longEnd, "event: response.output_text.done", false],
  ["is cut", longEnd.trimEnd(), "event: response.completed", false],
  ["is followed by [DONE]", `${longEnd}data: [DONE]\n\n`, "event: response.output_text.done", true],
])("a stream whose last event, longer than its tail, %s", (_fact, tail, name, finished) => {
  expect(isFinishedStream(tail, name)).toBe(finished);
});
