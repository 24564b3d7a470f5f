import { expect, test } from "vitest";
import { bodyFacts, noFacts } from "./body-facts.ts";

test.for<[object, Partial<ReturnType<typeof bodyFacts>>]>([
  [{}, {}],
  [{ max_tokens: 5 }, { maxTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 7 }, { maxTokens: 7 }],
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
  [{ previous_response_id: "r" }, { refersElsewhere: true }],
  [{ temperature: 0 }, { isDeterministic: true }],
  [{ temperature: 1, seed: 7 }, { isDeterministic: true }],
])("%o", ([body, facts]) => {
  expect(bodyFacts(body as Record<string, unknown>, JSON.stringify(body))).toEqual({ ...noFacts, ...facts });
});
