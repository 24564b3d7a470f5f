import { describe, expect, test } from "vitest";
import { messagesRequest } from "./write-request.ts";

const hi = { role: "user", content: "Hi" };
const hiBlock = { type: "text", text: "Hi" };
const upstream = { model: "claude-opus-4-5", maxOutputTokens: null };
const plain = {
  model: "claude-opus-4-5",
  max_tokens: 4096,
  messages: [{ role: "user", content: [hiBlock] }],
};
const parameters = { type: "object", properties: { city: { type: "string" } } };
const weather = { type: "function", function: { name: "weather", description: "Now", parameters } };
const weatherThere = { name: "weather", description: "Now", input_schema: parameters };
const call = (id: string, text = "{}") => ({
  id,
  type: "function",
  function: { name: "weather", arguments: text },
});

describe("a request is written:", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["as short as can be", {}, {}],
    [
      "sampling and stops",
      { temperature: 0.5, top_p: 0.9, top_k: 5, max_tokens: 9, stop: "###", user: "u-1" },
      {
        max_tokens: 9,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stop_sequences: ["###"],
        metadata: { user_id: "u-1" },
      },
    ],
    [
      "the newer name of the length goes before the older",
      { max_completion_tokens: 7, max_tokens: 9 },
      { max_tokens: 7 },
    ],
    [
      "tools",
      { tools: [weather, { type: "function", function: { name: "now", strict: true } }] },
      { tools: [weatherThere, { name: "now", input_schema: { type: "object" }, strict: true }] },
    ],
    ...(
      [
        ["auto", { type: "auto" }],
        ["none", { type: "none" }],
        ["required", { type: "any" }],
        [
          { type: "function", function: { name: "weather" } },
          { type: "tool", name: "weather" },
        ],
      ] as const
    ).map(([said, there]): [string, Record<string, unknown>, Record<string, unknown>] => [
      `the tool choice ${JSON.stringify(said)}`,
      { tools: [weather], tool_choice: said },
      { tools: [weatherThere], tool_choice: there },
    ]),
    [
      "one call at a time",
      { tools: [weather], parallel_tool_calls: false },
      { tools: [weatherThere], tool_choice: { type: "auto", disable_parallel_tool_use: true } },
    ],
    ["a choice among no tools is none", { tool_choice: "none", tools: [], parallel_tool_calls: false }, {}],
    [
      "a schema, whose objects are closed as they have to be there",
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "x", schema: { ...parameters, $defs: { a: { properties: {} } } } },
        },
      },
      {
        output_config: {
          format: {
            type: "json_schema",
            schema: {
              ...parameters,
              $defs: { a: { properties: {}, additionalProperties: false } },
              additionalProperties: false,
            },
          },
        },
      },
    ],
    [
      "cache marks of parts and tools",
      {
        messages: [
          {
            role: "system",
            content: [{ type: "text", text: "Be brief", cache_control: { type: "ephemeral" } }],
          },
          hi,
        ],
        tools: [{ ...weather, cache_control: { type: "ephemeral", ttl: "1h" } }],
      },
      {
        system: [{ type: "text", text: "Be brief", cache_control: { type: "ephemeral" } }],
        tools: [{ ...weatherThere, cache_control: { type: "ephemeral", ttl: "1h" } }],
      },
    ],
  ])("%s", (_fact, request, changes) => {
    expect(messagesRequest({ messages: [hi], ...request }, upstream, false)).toEqual({
      ...plain,
      ...changes,
    });
  });

  test("the model's greatest length, where nobody asks for another", () => {
    const known = { ...upstream, maxOutputTokens: 64_000 };
    expect(messagesRequest({ messages: [hi] }, known, true)).toEqual({
      ...plain,
      max_tokens: 64_000,
      stream: true,
    });
  });
});

describe("messages become turns:", () => {
  const text = (said: string) => ({ type: "text", text: said });
  test.each<[string, unknown[], Record<string, unknown>]>([
    [
      "system and developer messages go before all, empty ones are none",
      [
        { role: "system", content: "A" },
        hi,
        { role: "developer", content: "B" },
        { role: "system", content: "" },
      ],
      { system: [text("A"), text("B")], messages: [{ role: "user", content: [hiBlock] }] },
    ],
    [
      "neighbours of one role are one turn",
      [hi, { role: "user", content: "you" }, { role: "assistant", content: "Yes" }],
      {
        messages: [
          { role: "user", content: [hiBlock, text("you")] },
          { role: "assistant", content: [text("Yes")] },
        ],
      },
    ],
    [
      "images and files",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "See" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
            { type: "image_url", image_url: { url: "https://example.org/a.png" } },
            { type: "file", file: { file_data: "data:application/pdf;base64,BBBB", filename: "a.pdf" } },
            { type: "file", file: { file_data: "data:text/plain;base64,SGk=" } },
          ],
        },
      ],
      {
        messages: [
          {
            role: "user",
            content: [
              text("See"),
              { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
              { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
              {
                type: "document",
                source: { type: "base64", media_type: "application/pdf", data: "BBBB" },
                title: "a.pdf",
              },
              { type: "document", source: { type: "text", media_type: "text/plain", data: "Hi" } },
            ],
          },
        ],
      },
    ],
    [
      "calls and their results, thoughts before them as they came",
      [
        hi,
        {
          role: "assistant",
          content: null,
          reasoning_content: "hm",
          thinking_blocks: [{ type: "thinking", thinking: "hm", signature: "c2ln" }],
          tool_calls: [call("call.1", '{"city":"Köln"}'), call("c2", "")],
        },
        { role: "tool", tool_call_id: "call.1", content: "rain" },
        { role: "tool", tool_call_id: "c2", content: "" },
        { role: "user", content: "So?" },
      ],
      {
        messages: [
          { role: "user", content: [hiBlock] },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "hm", signature: "c2ln" },
              { type: "tool_use", id: "call_1", name: "weather", input: { city: "Köln" } },
              { type: "tool_use", id: "c2", name: "weather", input: {} },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "call_1", content: [text("rain")] },
              { type: "tool_result", tool_use_id: "c2" },
              text("So?"),
            ],
          },
        ],
      },
    ],
  ])("%s", (_fact, messages, expected) => {
    expect(messagesRequest({ messages }, upstream, false)).toEqual({
      model: upstream.model,
      max_tokens: 4096,
      ...expected,
    });
  });
});

describe("reasoning_effort", () => {
  const enabled = (budget_tokens: number) => ({ thinking: { type: "enabled", budget_tokens } });
  const adaptive = (effort: string) => ({
    thinking: { type: "adaptive", display: "summarized" },
    output_config: { effort },
  });
  test.each<[string, string, number | undefined, Record<string, unknown>]>([
    ["claude-3-7-sonnet-20250219", "low", undefined, { max_tokens: 4096 + 1024, ...enabled(1024) }],
    ["claude-opus-4-5-20251101", "high", undefined, { max_tokens: 4096 + 24_576, ...enabled(24_576) }],
    ["claude-sonnet-4-20250514", "medium", 4000, { max_tokens: 4000, ...enabled(2000) }],
    ["claude-haiku-4-5", "none", undefined, { max_tokens: 4096 }],
    ["claude-opus-4-6", "minimal", undefined, { max_tokens: 4096, ...adaptive("low") }],
    ["claude-opus-4-7", "none", undefined, { max_tokens: 4096 }],
    ["claude-sonnet-5", "none", undefined, { max_tokens: 4096, thinking: { type: "disabled" } }],
    ["claude-opus-5-5", "xhigh", 100, { max_tokens: 100, ...adaptive("xhigh") }],
    ["claude-mythos-preview", "medium", undefined, { max_tokens: 4096, ...adaptive("medium") }],
  ])("of %s, %s within %s", (model, effort, maxTokens, expected) => {
    const request = { messages: [hi], reasoning_effort: effort, max_tokens: maxTokens };
    expect(messagesRequest(request, { model, maxOutputTokens: null }, false)).toEqual({
      ...plain,
      model,
      ...expected,
    });
  });

  test("is left out where the model goes on in a turn that it did not begin by a thought", () => {
    const messages = [
      hi,
      { role: "assistant", content: null, tool_calls: [call("c1")] },
      { role: "tool", tool_call_id: "c1", content: "rain" },
    ];
    const written = messagesRequest({ messages, reasoning_effort: "low" }, upstream, false);
    expect(written).not.toHaveProperty("thinking");
  });
});

describe("what has no counterpart is refused by its name:", () => {
  test.each<[string, Record<string, unknown>]>([
    ["seed", { seed: 7 }],
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["logit_bias", { logit_bias: { 7: 1 } }],
    ["frequency_penalty", { frequency_penalty: 0.5 }],
    ["presence_penalty", { presence_penalty: 0.5 }],
    ["temperature", { temperature: 1.5 }],
    ["stop", { stop: ["\n\n"] }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["reasoning_effort", { reasoning_effort: "high", max_tokens: 500 }],
    ["messages[0].name", { messages: [{ ...hi, name: "Ada" }] }],
    ["messages[0].content[0].input_audio", { messages: [{ role: "user", content: [audio()] }] }],
    [
      "messages[0].content[0].image_url.url",
      { messages: [{ role: "user", content: [image("image/tiff")] }] },
    ],
    [
      "messages[0].content[0].file.file_id",
      { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] },
    ],
    ["messages[0].content[0].type", { messages: [{ role: "user", content: [{ type: "video_url" }] }] }],
    ["messages[0].role", { messages: [{ role: "function", content: "x", name: "f" }] }],
  ])("%s", (param, request) => {
    expect(() => messagesRequest({ messages: [hi], ...request }, upstream, false)).toThrow(
      expect.objectContaining({ code: "unsupported", param }),
    );
  });

  function audio(): unknown {
    return { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } };
  }

  function image(type: string): unknown {
    return { type: "image_url", image_url: { url: `data:${type};base64,AAAA` } };
  }
});

describe("what is wrong is told by its name:", () => {
  test.each<[string, Record<string, unknown>]>([
    ["temperature", { temperature: "warm" }],
    ["reasoning_effort", { reasoning_effort: "much" }],
    [
      "messages[0].tool_calls[0].function.arguments",
      { messages: [{ role: "assistant", tool_calls: [call("c1", "{")] }] },
    ],
    ["messages[0].tool_call_id", { messages: [{ role: "tool", content: "x" }] }],
    [
      "messages[0].thinking_blocks",
      { messages: [{ role: "assistant", thinking_blocks: [{ type: "thinking" }] }] },
    ],
    [
      "messages[0].content[0].image_url.url",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:,x" } }] }] },
    ],
  ])("%s", (param, request) => {
    expect(() => messagesRequest({ messages: [hi], ...request }, upstream, false)).toThrow(
      expect.objectContaining({ code: "invalid_request", param }),
    );
  });
});
