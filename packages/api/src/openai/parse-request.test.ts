import { describe, expect, test } from "vitest";
import { isBerthError } from "../error.ts";
import { chatRequestSchema } from "./chat.ts";
import { completionRequestSchema } from "./completion.ts";
import { embeddingRequestSchema } from "./embedding.ts";
import { parseRequest } from "./parse-request.ts";

const messages = [{ role: "user", content: "Hi" }];

describe("the first field at fault is named by its path", () => {
  test.each([
    ["no object", chatRequestSchema, 3, undefined],
    ["no messages", chatRequestSchema, {}, "messages"],
    ["messages of nothing", chatRequestSchema, { messages: [] }, "messages"],
    [
      "a number for content",
      chatRequestSchema,
      { messages: [...messages, { role: "user", content: 3 }] },
      "messages[1].content",
    ],
    [
      "a part without a type",
      chatRequestSchema,
      { messages: [{ role: "user", content: [{}] }] },
      "messages[0].content[0].type",
    ],
    ["a role that there is not", chatRequestSchema, { messages: [{ role: "robot" }] }, "messages[0].role"],
    ["a temperature that is too high", chatRequestSchema, { messages, temperature: 3 }, "temperature"],
    ["no choices", chatRequestSchema, { messages, n: 0 }, "n"],
    ["a stop that is no text", chatRequestSchema, { messages, stop: [1] }, "stop[0]"],
    [
      "a tool without a name",
      chatRequestSchema,
      { messages, tools: [{ type: "function", function: {} }] },
      "tools[0].function.name",
    ],
    ["a prompt of mixed kinds", completionRequestSchema, { prompt: ["a", 1] }, "prompt[1]"],
    [
      "an encoding that there is not",
      embeddingRequestSchema,
      { input: "a", encoding_format: "hex" },
      "encoding_format",
    ],
  ] as const)("%s", (_, schema, body, param) => {
    try {
      parseRequest(schema, body);
      expect.unreachable("the body was taken");
    } catch (error) {
      if (!isBerthError(error)) throw error;
      expect([error.code, error.param]).toEqual(["invalid_request", param]);
    }
  });
});

test("what would be right is said once", () => {
  expect(() => parseRequest(chatRequestSchema, { messages: [{ role: "user", content: 3 }] })).toThrow(
    "messages[0].content: expected string or array or null, received number",
  );
});

test("fields that nobody knows are no fault", () => {
  expect(parseRequest(chatRequestSchema, { messages, chat_template_kwargs: { a: 1 } })).toMatchObject({
    messages,
  });
});
