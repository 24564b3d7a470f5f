import { afterAll, beforeAll, expect, test } from "vitest";
import { pilotConfig, startEngine, type TestEngine } from "../test/engine.ts";

let pilot: TestEngine;
beforeAll(async () => {
  pilot = await startEngine(pilotConfig({ servedName: "pilot" }));
}, 60_000);
afterAll(() => pilot.close());

test("a text's tokens are those that a prompt has, without marks", async () => {
  const { json } = await pilot.post("/tokenize", { content: "Once upon a time" });
  expect(json.count).toBe(json.tokens.length);
  const completed = await pilot.post("/v1/completions", { prompt: json.tokens, max_tokens: 1, echo: true });
  expect(completed.json.choices[0].text).toMatch(/^Once upon a time/);
});

test("marks in it are text, and their tokens are many", async () => {
  const { json } = await pilot.post("/tokenize", { content: "<|im_end|>" });
  expect(json.count).toBeGreaterThan(1);
});

test("without a text it is refused", async () => {
  const { status, json } = await pilot.post("/tokenize", {});
  expect([status, json.error.param]).toEqual([400, "content"]);
});
