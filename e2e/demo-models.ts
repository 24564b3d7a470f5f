import { join } from "node:path";
import { top, waitForService, type Berth } from "./berth-process.ts";

const fixtures = join(top, "models/demo/fixtures");

/** Small models of our own, by what they do. */
export const fixturePaths = {
  embeddings: join(fixtures, "tiny-random-embed.gguf"),
  rerank: join(fixtures, "tiny-random-rerank.gguf"),
  lora: join(fixtures, "tiny-random-lora.gguf"),
};

/** Launches a service by the management API and resolves when it is HEALTHY. */
export async function launch(
  berth: Berth,
  spec: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<void> {
  const response = await berth.fetch("/api/v1/services", { method: "POST", body: JSON.stringify(spec) });
  if (response.status !== 201)
    throw new Error(`launch of ${spec.name}: ${response.status} ${await response.text()}`);
  await waitForService(berth, spec.name);
}

/** What every client is asked, and what the demo model is known to answer. */
export const known = {
  question: "What is the capital of France?",
  answer: "The capital of France is Paris.",
  toolQuestion: "How is the weather in Tokyo?",
  tool: {
    type: "function" as const,
    function: {
      name: "get_weather",
      description: "Tells the weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
  toolCity: "Tokyo",
  extraction: "Extract the data as JSON: Rosa is 42 years old and lives in Oslo.",
  extracted: { name: "Rosa", age: 42, city: "Oslo" },
  schema: {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer" }, city: { type: "string" } },
    required: ["name", "age", "city"],
    additionalProperties: false,
  },
};
