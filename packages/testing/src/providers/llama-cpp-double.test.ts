import { expect, test } from "vitest";
import { ask } from "./double-client.ts";
import { startLlamaCppDouble } from "./llama-cpp-double.ts";

const hello = { messages: [{ role: "user", content: "hi you" }] };

test("it tells how much fits, and how much the model was trained for", async () => {
  await using llama = await startLlamaCppDouble({ contextTokens: 512, trainedContextTokens: 8192 });
  expect((await ask(`${llama.url}/props`)).json).toMatchObject({
    default_generation_settings: { n_ctx: 512 },
    total_slots: 1,
  });
  expect((await ask(`${llama.url}/v1/models`)).json).toMatchObject({
    data: [{ owned_by: "llamacpp", meta: { n_ctx_train: 8192 } }],
  });
});

test("a model need not be named, and thoughts stand beside the text", async () => {
  await using llama = await startLlamaCppDouble({ answer: () => ({ reasoning: "so" }) });
  expect((await ask(`${llama.url}/v1/chat/completions`, hello)).json).toMatchObject({
    choices: [{ message: { content: "echo: hi you", reasoning_content: "so" } }],
  });
});

test("too long a prompt is told with its numbers", async () => {
  await using llama = await startLlamaCppDouble({ contextTokens: 1 });
  const answer = await ask(`${llama.url}/v1/chat/completions`, hello);
  expect([answer.status, answer.json]).toMatchObject([
    400,
    { error: { type: "exceed_context_size_error", n_prompt_tokens: 2, n_ctx: 1 } },
  ]);
});

test("until the model is loaded it says so", async () => {
  let loaded = false;
  await using llama = await startLlamaCppDouble({ loaded: () => loaded });
  const early = await ask(`${llama.url}/health`);
  expect([early.status, early.json]).toMatchObject([503, { error: { type: "unavailable_error" } }]);
  loaded = true;
  expect((await ask(`${llama.url}/health`)).json).toEqual({ status: "ok" });
});

test("it ranks documents without telling them", async () => {
  await using llama = await startLlamaCppDouble();
  const answer = await ask(`${llama.url}/v1/rerank`, { query: "fox", documents: ["dog", "fox"] });
  expect(answer.json).toMatchObject({ object: "list", results: [{ index: 1 }, { index: 0 }] });
  expect(answer.text).not.toContain('"document"');
});
