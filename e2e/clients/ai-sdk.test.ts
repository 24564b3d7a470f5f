import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, jsonSchema, Output, streamText, tool } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

let berth: Berth;
let provider: ReturnType<typeof createOpenAICompatible>;

beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
  await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
  provider = createOpenAICompatible({
    name: "berth",
    baseURL: `${berth.url}/v1`,
    apiKey: berth.adminKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
});
afterAll(() => berth.dispose());

describe("the AI SDK's openai-compatible provider", () => {
  test("chats", async () => {
    const { text, finishReason, usage } = await generateText({
      model: provider("berth/pilot"),
      temperature: 0,
      prompt: known.question,
    });
    expect({ text, finishReason }).toEqual({ text: known.answer, finishReason: "stop" });
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  test("streams", async () => {
    const { textStream, usage } = streamText({
      model: provider("pilot"),
      temperature: 0,
      prompt: known.question,
    });
    const parts = await Array.fromAsync(textStream);
    expect(parts.join("")).toBe(known.answer);
    expect(parts.length).toBeGreaterThan(3);
    expect((await usage).outputTokens).toBeGreaterThan(0);
  });

  test("calls tools", async () => {
    const { toolCalls } = await generateText({
      model: provider("pilot"),
      temperature: 0,
      prompt: known.toolQuestion,
      tools: {
        get_weather: tool({
          description: "Tells the weather of a city",
          inputSchema: jsonSchema<{ city: string }>(
            known.tool.function.parameters as Parameters<typeof jsonSchema>[0],
          ),
        }),
      },
    });
    expect(toolCalls.map((call) => ({ name: call.toolName, input: call.input }))).toEqual([
      { name: "get_weather", input: { city: known.toolCity } },
    ]);
  });

  test("gets an object of a schema", async () => {
    const { output } = await generateText({
      model: provider("pilot"),
      temperature: 0,
      prompt: known.extraction,
      output: Output.object({ schema: jsonSchema(known.schema as Parameters<typeof jsonSchema>[0]) }),
    });
    expect(output).toEqual(known.extracted);
  });

  test("embeds", async () => {
    const { embeddings } = await embedMany({
      model: provider.embeddingModel("embedder"),
      values: ["harbour", "crane"],
    });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.length).toBe(embeddings[1]?.length);
  });
});
