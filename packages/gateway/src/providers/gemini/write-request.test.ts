import { describe, expect, test } from "vitest";
import { generateContentRequest } from "./write-request.ts";

const model = "gemini-3-flash-preview";
const hi = { role: "user", content: "Hi" };
const hiContent = { role: "user", parts: [{ text: "Hi" }] };
const parameters = {
  type: "object",
  properties: { city: { type: ["string", "null"] } },
  additionalProperties: false,
};
const weather = { type: "function", function: { name: "weather", description: "Now", parameters } };
const declared = [
  { functionDeclarations: [{ name: "weather", description: "Now", parametersJsonSchema: parameters }] },
];
const call = (id: string, text: string, seal?: string) => ({
  id,
  type: "function",
  function: { name: "weather", arguments: text },
  ...(seal === undefined ? {} : { extra_content: { google: { thought_signature: seal } } }),
});
const config = (generationConfig: object) => ({ generationConfig });
const calling = (functionCallingConfig: object) => ({
  tools: declared,
  toolConfig: { functionCallingConfig },
});

describe("a request is written:", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["as short as can be", {}, {}],
    [
      "sampling, penalties and stops",
      {
        temperature: 1.5,
        top_p: 0.9,
        top_k: 5,
        seed: 7,
        n: 2,
        max_tokens: 9,
        stop: ["a", "b"],
        frequency_penalty: 0.5,
        presence_penalty: -0.5,
        user: "u-1",
      },
      config({
        candidateCount: 2,
        stopSequences: ["a", "b"],
        maxOutputTokens: 9,
        temperature: 1.5,
        topP: 0.9,
        topK: 5,
        seed: 7,
        presencePenalty: -0.5,
        frequencyPenalty: 0.5,
      }),
    ],
    [
      "how likely tokens are",
      { logprobs: true, top_logprobs: 3 },
      config({ responseLogprobs: true, logprobs: 3 }),
    ],
    ["JSON", { response_format: { type: "json_object" } }, config({ responseMimeType: "application/json" })],
    [
      "a schema",
      { response_format: { type: "json_schema", json_schema: { name: "x", schema: parameters } } },
      config({ responseMimeType: "application/json", responseJsonSchema: parameters }),
    ],
    ["tools, their schemas as they are", { tools: [weather] }, { tools: declared }],
    [
      "tools that are to be held to their schemas",
      { tools: [{ ...weather, function: { ...weather.function, strict: true } }] },
      calling({ mode: "VALIDATED" }),
    ],
    ["the tool choice auto", { tools: [weather], tool_choice: "auto" }, calling({ mode: "AUTO" })],
    ["the tool choice none", { tools: [weather], tool_choice: "none" }, calling({ mode: "NONE" })],
    ["the tool choice required", { tools: [weather], tool_choice: "required" }, calling({ mode: "ANY" })],
    [
      "the choice of one tool",
      { tools: [weather], tool_choice: { type: "function", function: { name: "weather" } } },
      calling({ mode: "ANY", allowedFunctionNames: ["weather"] }),
    ],
    ["a choice among no tools is none", { tool_choice: "auto", parallel_tool_calls: false }, {}],
  ])("%s", (_fact, request, more) => {
    expect(generateContentRequest({ messages: [hi], ...request }, model)).toEqual({
      contents: [hiContent],
      ...more,
    });
  });
});

describe("messages become contents:", () => {
  test.each<[string, unknown[], Record<string, unknown>]>([
    [
      "system prompts go before all, neighbours are joined",
      [
        { role: "system", content: "A" },
        hi,
        { role: "developer", content: "B" },
        { role: "user", content: "you" },
      ],
      {
        systemInstruction: { parts: [{ text: "A" }, { text: "B" }] },
        contents: [{ role: "user", parts: [{ text: "Hi" }, { text: "you" }] }],
      },
    ],
    [
      "images, files and audio are data",
      [
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
            { type: "file", file: { file_data: "data:application/pdf;base64,BBBB", filename: "a.pdf" } },
            { type: "input_audio", input_audio: { data: "CCCC", format: "wav" } },
          ],
        },
      ],
      {
        contents: [
          {
            role: "user",
            parts: [
              { inlineData: { mimeType: "image/png", data: "AAAA" } },
              { inlineData: { mimeType: "application/pdf", data: "BBBB" } },
              { inlineData: { mimeType: "audio/wav", data: "CCCC" } },
            ],
          },
        ],
      },
    ],
    [
      "calls bear their seals, results the names of their calls, and stand alone",
      [
        hi,
        {
          role: "assistant",
          content: "Look:",
          reasoning_content: "hm",
          tool_calls: [call("c1", '{"city":"Köln"}', "c2Vhb"), call("c2", "")],
        },
        { role: "tool", tool_call_id: "c2", content: "dry" },
        { role: "tool", tool_call_id: "c1", content: "rain" },
        { role: "user", content: "So?" },
        { role: "assistant", content: "Wet.", extra_content: { google: { thought_signature: "dGV4" } } },
      ],
      {
        contents: [
          hiContent,
          {
            role: "model",
            parts: [
              { text: "Look:" },
              {
                functionCall: { id: "c1", name: "weather", args: { city: "Köln" } },
                thoughtSignature: "c2Vhb",
              },
              { functionCall: { id: "c2", name: "weather", args: {} } },
            ],
          },
          {
            role: "user",
            parts: [
              { functionResponse: { id: "c2", name: "weather", response: { output: "dry" } } },
              { functionResponse: { id: "c1", name: "weather", response: { output: "rain" } } },
            ],
          },
          { role: "user", parts: [{ text: "So?" }] },
          { role: "model", parts: [{ text: "Wet.", thoughtSignature: "dGV4" }] },
        ],
      },
    ],
  ])("%s", (_fact, messages, expected) => {
    expect(generateContentRequest({ messages }, model)).toEqual(expected);
  });

  test.each([
    [model, { thoughtSignature: "skip_thought_signature_validator" }],
    ["gemini-2.5-flash", {}],
  ])("calls that another model has made are taken by %s", (name, more) => {
    const messages = [hi, { role: "assistant", tool_calls: [call("c1", "{}"), call("c2", "{}")] }];
    const { contents } = generateContentRequest({ messages }, name) as { contents: { parts: unknown }[] };
    expect(contents[1]?.parts).toEqual([
      { functionCall: { id: "c1", name: "weather", args: {} }, ...more },
      { functionCall: { id: "c2", name: "weather", args: {} } },
    ]);
  });
});

test.each([
  ["gemini-2.5-pro", "none", { thinkingBudget: 0 }],
  ["gemini-2.5-flash", "minimal", { includeThoughts: true, thinkingBudget: 1024 }],
  ["gemini-2.5-flash", "medium", { includeThoughts: true, thinkingBudget: 8192 }],
  ["models/gemini-2.5-flash", "high", { includeThoughts: true, thinkingBudget: 24_576 }],
  ["gemini-3.1-pro-preview", "low", { includeThoughts: true, thinkingLevel: "LOW" }],
  ["gemini-flash-latest", "minimal", { includeThoughts: true, thinkingLevel: "MINIMAL" }],
  ["gemini-3.5-flash", "xhigh", { includeThoughts: true, thinkingLevel: "HIGH" }],
])("reasoning_effort of %s, %s", (name, effort, thinkingConfig) => {
  expect(generateContentRequest({ messages: [hi], reasoning_effort: effort }, name)).toEqual({
    contents: [hiContent],
    ...config({ thinkingConfig }),
  });
});

describe("what has no counterpart is refused by its name:", () => {
  const part = (content: object) => ({ messages: [{ role: "user", content: [content] }] });
  test.each<[string, Record<string, unknown>]>([
    ["logit_bias", { logit_bias: { 7: 1 } }],
    ["stop", { stop: ["1", "2", "3", "4", "5", "6"] }],
    ["parallel_tool_calls", { tools: [weather], parallel_tool_calls: false }],
    [
      "messages[0].content[0].image_url.url",
      part({ type: "image_url", image_url: { url: "https://a.b/c" } }),
    ],
    ["messages[0].content[0].cache_control", part({ type: "text", text: "a", cache_control: {} })],
    ["messages[0].name", { messages: [{ ...hi, name: "Ada" }] }],
    [
      "messages[1].content[0].type",
      {
        messages: [
          { role: "assistant", tool_calls: [call("c1", "{}")] },
          {
            role: "tool",
            tool_call_id: "c1",
            content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
          },
        ],
      },
    ],
  ])("%s", (param, request) => {
    expect(() => generateContentRequest({ messages: [hi], ...request }, model)).toThrow(
      expect.objectContaining({ code: "unsupported", param }),
    );
  });
});

test("a result of no call is told to be wrong", () => {
  const messages = [{ role: "tool", tool_call_id: "c9", content: "x" }];
  expect(() => generateContentRequest({ messages }, model)).toThrow(
    expect.objectContaining({ code: "invalid_request", param: "messages[0].tool_call_id" }),
  );
});
