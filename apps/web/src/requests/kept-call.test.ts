import { describe, expect, test } from "vitest";
import { requestRecord } from "../../mock/seed-requests.ts";
import { keptAnswer, keptChat, readable, replayOf } from "./kept-call.ts";

const chat = { model: "a", messages: [{ role: "user" as const, content: "Hello" }], temperature: 0 };

describe("a kept request", () => {
  test.each([
    ["a chat can be asked again", { request: JSON.stringify(chat) }, chat],
    ["not where it was not kept", { request: null }, undefined],
    ["not where it was cut off", { request: JSON.stringify(chat).slice(0, 20) }, undefined],
    ["not where it was no chat", { operation: "embeddings", request: JSON.stringify(chat) }, undefined],
  ])("%s", (_, parts, found) => {
    expect(keptChat(requestRecord(parts))).toEqual(found);
  });

  test("asked of another model it stays what it was", () => {
    const streamed = { ...chat, stream: true, stream_options: { include_usage: false }, n: 2 };
    expect(replayOf(streamed, "b")).toEqual({ ...chat, model: "b" });
  });
});

describe("a kept answer", () => {
  const chunk = (delta: object): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\r\n\r\n`;

  test.each([
    [
      "a stream",
      `${chunk({ content: "Hel" })}: ping\n\n${chunk({ content: "lo" })}data: [DONE]\n\n`,
      "Hello",
    ],
    ["a whole answer", JSON.stringify({ choices: [{ message: { content: "Hello" } }] }), "Hello"],
    ["an error", JSON.stringify({ error: { message: "no such model" } }), "no such model"],
    ["a stream that was cut off", `${chunk({ content: "Hel" })}data: {"cho`, "Hel"],
    [
      "a call of a tool",
      chunk({ tool_calls: [{ index: 0, id: "1", function: { name: "find", arguments: "{}" } }] }),
      "find({})",
    ],
    ["nothing", "", undefined],
  ])("%s", (_, response, text) => {
    expect(keptAnswer(response)).toBe(text);
  });

  test.each([
    ['{"a":1}', '{\n  "a": 1\n}'],
    ["data: {}", "data: {}"],
  ])("%s is shown so that it can be read", (body, text) => {
    expect(readable(body)).toBe(text);
  });
});
