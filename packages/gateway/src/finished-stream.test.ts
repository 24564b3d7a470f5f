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
  ["the end of a message and a comment", "event: message_stop\ndata: {}\n\n: bye\n", true],
  ["the end of a message without an empty line", "event: message_stop\ndata: {}\n", true],
  ["the end of a message with two kinds of line ends", "event: message_stop\ndata: {}\n\r\n", true],
  ["the name of its last event", "event: message_stop\n", false],
  ["half the last event of a response", 'event: response.completed\ndata: {"type":', false],
  ["half an event", 'data: {"cho', false],
  ["nothing", "", false],
])("a stream that ends with %s is finished: %s", (_fact, text, finished) => {
  expect(isFinishedStream(text)).toBe(finished);
});

const longEnd = `${"x".repeat(9000)}"}}\n\n`;
test.each([
  ["is the last of a response", longEnd, "event: response.completed", true],
  ["is the last of a response, in many lines", `data: 1\ndata: 2\n\n`, "event: response.completed", true],
  ["is another", longEnd, "event: response.output_text.done", false],
  ["is cut", longEnd.trimEnd(), "event: response.completed", false],
  ["is followed by [DONE]", `${longEnd}data: [DONE]\n\n`, "event: response.output_text.done", true],
])("a stream whose last event, longer than its tail, %s", (_fact, tail, name, finished) => {
  expect(isFinishedStream(tail, name)).toBe(finished);
});
