import { startGeminiDouble } from "@berth/testing/providers/gemini-double";
import { expect, test } from "vitest";
import { call, provider, startRig } from "../../gateway-rig.ts";
import type { ChatCompletion } from "../../openai/shapes.ts";
import { chunksOf, completionOf } from "../test/ask-provider.ts";

const weather = { type: "function", function: { name: "weather", parameters: { type: "object" } } };
const question = { role: "user", content: "What weather?" };
const auth = { kind: "header", name: "x-goog-api-key", value: "a-google-key" } as const;

test.each([
  ["", "gemini-tiny", "/v1beta/models/gemini-tiny"],
  ["/v1beta", "models/gemini-tiny", "/v1beta/models/gemini-tiny"],
  ["/v1", "gemini-tiny", "/v1/models/gemini-tiny"],
  ["", "tunedModels/my tune", "/v1beta/tunedModels/my%20tune"],
])("under an address that ends in %j, %s is asked at %s", async (path, model, asked) => {
  await using double = await startGeminiDouble();
  await using rig = await startRig();
  rig.routes.route("chat", [provider({ model, target: { kind: "gemini", url: double.url + path, auth } })]);
  await call(rig.port, { body: { model: "chat", messages: [question] } });
  await call(rig.port, { body: { model: "chat", messages: [question], stream: true } });
  expect(double.received.map(({ url }) => url)).toEqual([
    `${asked}:generateContent`,
    `${asked}:streamGenerateContent?alt=sse`,
  ]);
  expect(double.received[0]?.headers["x-goog-api-key"]).toBe("a-google-key");
});

test.each([false, true])(
  "a call goes back with its seal, as its answer brought it; streamed: %s",
  async (stream) => {
    await using double = await startGeminiDouble({
      requiresThoughtSignatures: true,
      answer: (_request, index) =>
        index === 0
          ? { toolCalls: [{ id: "call_1", name: "weather", arguments: {} }], thoughtSignature: "c2VhbA==" }
          : { text: "Rain." },
    });
    await using rig = await startRig();
    rig.routes.route("chat", [
      provider({ model: "gemini-tiny", target: { kind: "gemini", url: double.url, auth } }),
    ]);
    const request = { model: "chat", tools: [weather], stream };
    const first = await call(rig.port, { body: { ...request, messages: [question] } });
    const calls = stream
      ? chunksOf(first).flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []))
      : (completionOf(first).choices[0]?.message.tool_calls ?? []);
    const messages = [
      question,
      { role: "assistant", content: null, tool_calls: calls },
      { role: "tool", tool_call_id: calls[0]?.id, content: "it rains" },
    ];
    const second = await call(rig.port, { body: { ...request, messages, stream: false } });
    expect((JSON.parse(second.text) as ChatCompletion).choices[0]?.message.content).toBe("Rain.");
    expect(double.received[1]?.json).toMatchObject({
      contents: [{}, { parts: [{ functionCall: { name: "weather" }, thoughtSignature: "c2VhbA==" }] }, {}],
    });
  },
);
