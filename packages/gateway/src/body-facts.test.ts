import { expect, test } from "vitest";
import { bodyFacts, noFacts } from "./body-facts.ts";

test("an address whose key is written in numbers is found", () => {
  const text = '{"messages":[{"content":[{"image_url":{"\\u0075rl":"https://x/y.png"}}]}]}';
  expect(bodyFacts(JSON.parse(text) as Record<string, unknown>, text).refersElsewhere).toBe(true);
});

test.for<[object, Partial<ReturnType<typeof bodyFacts>>]>([
  [{}, {}],
  [{ max_tokens: 5 }, { maxTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 7 }, { maxTokens: 7 }],
  [{ max_completion_tokens: 1, max_tokens: 100_000 }, { maxTokens: 100_000 }],
  [{ max_output_tokens: 9 }, { maxTokens: 9 }],
  [{ max_tokens: null, n: null }, {}],
  [{ max_tokens: -1, n: "3" }, {}],
  [{ n: 3 }, { choices: 3 }],
  [{ n: 2, best_of: 4 }, { choices: 4 }],
  [{ prompt: ["a", "b"], n: 3 }, { choices: 6 }],
  [{ prompt: [1, 2, 3] }, { choices: 1 }],
  [{ prompt: [[1, 2], [3]] }, { choices: 2 }],
  [{ messages: [{ content: [{ image_url: { url: "https://x/y.png" } }] }] }, { refersElsewhere: true }],
  [{ messages: [{ content: [{ image_url: { url: "data:image/png;base64,AA" } }] }] }, {}],
  [{ messages: [{ content: [{ image_url: { url: "HTTPS://x/y.png" } }] }] }, { refersElsewhere: true }],
  [{ messages: [{ content: [{ image_url: { url: " https://x/y.png" } }] }] }, { refersElsewhere: true }],
  [{ messages: [{ content: [{ source: { type: "url", url: "s3://x/y" } }] }] }, { refersElsewhere: true }],
  [{ input: [{ type: "input_file", file_url: "https://x/y.pdf" }] }, { refersElsewhere: true }],
  [{ input: [{ type: "input_file", file_id: "file-1" }] }, { refersElsewhere: true }],
  [{ tools: [{ type: "file_search", vector_store_ids: ["vs"] }] }, { refersElsewhere: true }],
  [{ tools: [{ type: "mcp", server_url: "https://x" }] }, { refersElsewhere: true }],
  [{ previous_response_id: "r" }, { refersElsewhere: true }],
  [{ previous_response_id: null, conversation: null }, {}],
  [{ conversation: "conv_1" }, { refersElsewhere: true }],
  [{ conversation: { id: "conv_1" } }, { refersElsewhere: true }],
  [{ prompt: { id: "pmpt_1" } }, { refersElsewhere: true }],
  [{ tools: [{ function: { parameters: { properties: { url: { type: "string" } } } } }] }, {}],
  [{ temperature: 0 }, { isDeterministic: true }],
  [{ temperature: 1, seed: 7 }, { isDeterministic: true }],
])("%o", ([body, facts]) => {
  expect(bodyFacts(body as Record<string, unknown>, JSON.stringify(body))).toEqual({ ...noFacts, ...facts });
});
