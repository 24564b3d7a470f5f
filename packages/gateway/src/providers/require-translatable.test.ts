import { describe, expect, test } from "vitest";
import { requireKnown, requireTranslatable } from "./require-translatable.ts";

const rules = { translated: ["messages", "temperature"], neutral: ["top_k"], provider: "acme" };

describe("a request is taken as long as each of its fields", () => {
  test.each<[string, Record<string, unknown>]>([
    ["is translated", { messages: [], temperature: 0.5 }],
    ["is neutral there", { top_k: 40 }],
    ["is null", { logit_bias: null, response_format: null, seed: undefined }],
    ["is the gateway's own", { model: "m", stream: true, stream_options: { include_usage: true } }],
    ["is for OpenAI's records", { metadata: { a: "b" }, user: "u", store: false, service_tier: "auto" }],
    [
      "says what is so anyway",
      {
        n: 1,
        logprobs: false,
        frequency_penalty: 0,
        logit_bias: {},
        tools: [],
        response_format: { type: "text" },
      },
    ],
  ])("%s", (_fact, request) => {
    expect(() => requireTranslatable(request, rules)).not.toThrow();
  });
});

describe("a field that would be lost is refused by its name:", () => {
  test.each<[string, Record<string, unknown>]>([
    ["n", { n: 2 }],
    ["store", { store: true }],
    ["service_tier", { service_tier: "flex" }],
    ["logprobs", { logprobs: true }],
    ["top_logprobs", { top_logprobs: 2 }],
    ["logit_bias", { logit_bias: { 7: 5 } }],
    ["seed", { seed: 0 }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["unheard_of", { messages: [], unheard_of: false }],
  ])("%s", (param, request) => {
    expect(() => requireTranslatable(request, rules)).toThrow(
      expect.objectContaining({ code: "unsupported", param, message: expect.stringContaining("acme") }),
    );
  });

  test("also within a message", () => {
    expect(() => requireKnown({ role: "user", name: "Ada" }, ["role"], "acme", "messages[1]")).toThrow(
      expect.objectContaining({ code: "unsupported", param: "messages[1].name" }),
    );
  });
});
