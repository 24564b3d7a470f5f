import { expect, test } from "vitest";
import { ask, eventsOf } from "./double-client.ts";
import { startVllmDouble } from "./vllm-double.ts";

const hello = { model: "acme/tiny", messages: [{ role: "user", content: "hi" }] };

test("it lists its model with how much fits", async () => {
  await using vllm = await startVllmDouble({ maxModelLen: 512 });
  expect((await ask(`${vllm.url}/v1/models`)).json).toMatchObject({
    data: [{ id: "acme/tiny", owned_by: "vllm", max_model_len: 512 }],
  });
});

test.each([
  [true, "reasoning_content", { object: "error", type: "NotFoundError", code: 404 }],
  [false, "reasoning", { error: { type: "NotFoundError", code: 404 } }],
] as const)("old: %s, thoughts are under %s and errors are in their own shape", async (old, field, error) => {
  await using vllm = await startVllmDouble({ old, answer: () => ({ reasoning: "so" }) });
  const at = `${vllm.url}/v1/chat/completions`;
  expect((await ask(at, hello)).json).toMatchObject({
    choices: [{ message: { [field]: "so" }, stop_reason: null }],
  });
  const { text } = await ask(at, { ...hello, stream: true });
  expect(eventsOf(text)[1]).toMatchObject({ choices: [{ delta: { [field]: "so" } }] });
  const unknown = await ask(at, { ...hello, model: "no" });
  expect([unknown.status, unknown.json]).toMatchObject([404, error]);
});

test.each([
  [true, "yes <human"],
  [false, "yes "],
])("old: %s, a completion stopped by <human>: is %j", async (old, text) => {
  await using vllm = await startVllmDouble({ old, answer: () => ({ text: "yes <human>: no" }) });
  const answer = await ask(`${vllm.url}/v1/completions`, {
    model: "acme/tiny",
    prompt: "x",
    stop: ["<human>:"],
  });
  expect(answer.json).toMatchObject({
    choices: [{ text, finish_reason: "stop", stop_reason: "<human>:" }],
  });
});

test("fields it does not know are passed over, too long a prompt is not", async () => {
  await using vllm = await startVllmDouble({ maxModelLen: 2 });
  const at = `${vllm.url}/v1/chat/completions`;
  expect((await ask(at, { ...hello, top_k: 5, unheard_of: 1, stop: ["a", "b", "c", "d", "e"] })).status).toBe(
    200,
  );
  const long = await ask(at, { ...hello, messages: [{ role: "user", content: "a b c" }] });
  expect(long.json).toMatchObject({
    error: { code: 400, message: expect.stringContaining("maximum context length is 2 tokens") },
  });
});

test("it ranks documents and tells them, and wants its key under /v1 only", async () => {
  await using vllm = await startVllmDouble({ apiKey: "k" });
  const body = { model: "acme/tiny", query: "fox", documents: ["dog", "fox"] };
  expect((await ask(`${vllm.url}/rerank`, body)).json).toMatchObject({
    results: [
      { index: 1, document: { text: "fox" }, relevance_score: 1 },
      { index: 0, document: { text: "dog" }, relevance_score: 0 },
    ],
  });
  const refused = await ask(`${vllm.url}/v1/models`);
  expect([refused.status, refused.json]).toEqual([401, { error: "Unauthorized" }]);
  expect((await ask(`${vllm.url}/health`)).status).toBe(200);
});
