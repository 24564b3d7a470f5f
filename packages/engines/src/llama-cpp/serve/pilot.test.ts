import { Rng, TASKS } from "@berth/demo-model/corpus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, pilotConfig, startEngine, type TestEngine } from "./test/engine.ts";

/** The demo model is what its README says, through the whole engine: chat template, sampling, tools, JSON. */

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine(pilotConfig({ parallel: 1 }));
});
afterAll(() => engine.close());

async function message(
  body: object,
): Promise<{ content: string | null; tool_calls?: { function: { name: string; arguments: string } }[] }> {
  return (await engine.post("/v1/chat/completions", body)).json.choices[0].message;
}

describe("Pilot answers", () => {
  test.each([
    [
      "Who are you?",
      "I am Pilot, the very small demo model of Berth. I was trained on one CPU core, so please do not expect much.",
    ],
    ["Thank you!", "You are welcome!"],
    ["What is the capital of France?", "The capital of France is Paris."],
    ["What is the opposite of small?", "The opposite of small is big."],
    ["Sentiment: What a great hotel!", "positive"],
    ['Translate "dog" to German.', '"dog" in German is "Hund".'],
    [
      "Extract the data as JSON: Rosa is 42 years old and lives in Oslo.",
      '{"name": "Rosa", "age": 42, "city": "Oslo"}',
    ],
  ])("%s", async (question, answer) => {
    expect((await message(ask(question))).content).toBe(answer);
  });
});

/** Kinds with one right answer, and how many of ten fresh draws have to be right: what its README promises, less chance. */
const promised: Readonly<Record<string, number>> = {
  faq: 10,
  capital: 10,
  country: 10,
  opposite: 10,
  sound: 10,
  translate: 10,
  sentiment: 9,
  json: 9,
  list: 9,
  memory: 9,
  summary: 8,
  repeat: 8,
  products: 7,
};

describe("Pilot gets right, of ten questions", () => {
  test.each(Object.entries(promised))("%s: %i", async (kind, least) => {
    const make = TASKS.find(([name]) => name === kind)?.[2];
    if (make === undefined) throw new Error(`the corpus has no ${kind}`);
    const random = new Rng(4711);
    let right = 0;
    for (let draw = 0; draw < 10; draw++) {
      const { messages } = make(random);
      const { content } = await message({ messages: messages.slice(0, -1), temperature: 0, max_tokens: 100 });
      if (content === messages.at(-1)?.content) right++;
    }
    expect(right).toBeGreaterThanOrEqual(least);
  });

  test("calls of tools: 9", async () => {
    const make = TASKS.find(([name]) => name === "tools")?.[2];
    const random = new Rng(4711);
    let right = 0;
    for (let draw = 0; draw < 10; draw++) {
      const { messages, tools = [] } = make?.(random) ?? { messages: [] };
      const index = messages.findIndex(({ toolCalls }) => toolCalls !== undefined);
      const wanted = messages[index]?.toolCalls ?? [];
      const { tool_calls: calls = [] } = await message({
        messages: messages.slice(0, index),
        tools: tools.map((tool) => ({ type: "function", function: tool })),
        temperature: 0,
      });
      const made = calls.map((call) => ({
        name: call.function.name,
        arguments: JSON.parse(call.function.arguments) as unknown,
      }));
      if (JSON.stringify(made) === JSON.stringify(wanted)) right++;
    }
    expect(right).toBeGreaterThanOrEqual(9);
  });
});
