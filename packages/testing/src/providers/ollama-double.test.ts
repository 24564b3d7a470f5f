import { expect, test } from "vitest";
import { ask } from "./double-client.ts";
import { startOllamaDouble } from "./ollama-double.ts";

const hello = [{ role: "user", content: "hi you" }];
const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

test("a chat streams lines of JSON unless told not to, and tells its counts last", async () => {
  await using ollama = await startOllamaDouble();
  const answer = await ask(`${ollama.url}/api/chat`, { model: "tiny", messages: hello });
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  expect(linesOf(answer.text)).toMatchObject([
    { model: "tiny", message: { role: "assistant", content: "echo:" }, done: false },
    { message: { content: " hi" }, done: false },
    { message: { content: " you" }, done: false },
    { message: { content: "" }, done: true, done_reason: "stop", prompt_eval_count: 2, eval_count: 3 },
  ]);
  const whole = await ask(`${ollama.url}/api/chat`, { model: "tiny:latest", messages: hello, stream: false });
  expect(whole.json).toMatchObject({ message: { content: "echo: hi you" }, done: true });
});

test("what does not fit num_ctx is dropped, the oldest first, and no one is told", async () => {
  await using ollama = await startOllamaDouble({ defaultNumCtx: 4 });
  const messages = [
    { role: "system", content: "be kind" },
    { role: "user", content: "a b c" },
    { role: "assistant", content: "d" },
    { role: "user", content: "e f" },
  ];
  const counted = async (options: unknown): Promise<unknown> =>
    (await ask(`${ollama.url}/api/chat`, { model: "tiny", messages, options, stream: false })).json;
  expect(await counted({})).toMatchObject({ prompt_eval_count: 4 });
  expect(await counted({ num_ctx: 100 })).toMatchObject({ prompt_eval_count: 8 });
  expect((await ask(`${ollama.url}/api/ps`)).json).toMatchObject({
    models: [{ name: "tiny:latest", context_length: 100 }],
  });
});

test("thoughts and calls come in lines of their own, arguments as an object", async () => {
  const toolCalls = [{ id: "call_1", name: "add", arguments: { a: 1 } }];
  await using ollama = await startOllamaDouble({ answer: () => ({ reasoning: "so so", toolCalls }) });
  const body = { model: "tiny", messages: hello, tools: [{ type: "function", function: { name: "add" } }] };
  expect(linesOf((await ask(`${ollama.url}/api/chat`, body)).text)).toMatchObject([
    { message: { content: "", thinking: "so" } },
    { message: { content: "", thinking: " so" } },
    { message: { tool_calls: [{ id: "call_1", function: { index: 0, name: "add", arguments: { a: 1 } } }] } },
    { done: true, done_reason: "stop" },
  ]);
  const unthinking = await ask(`${ollama.url}/api/chat`, { ...body, think: false, stream: false });
  expect(unthinking.json).not.toHaveProperty("message.thinking");
});

test("generate continues a prompt, up to num_predict, and gives a context back", async () => {
  await using ollama = await startOllamaDouble();
  const body = { model: "tiny", prompt: "a b c", options: { num_predict: 2 } };
  expect(linesOf((await ask(`${ollama.url}/api/generate`, body)).text)).toMatchObject([
    { response: "echo:", done: false },
    { response: " a", done: false },
    { response: "", done: true, done_reason: "length", context: [1, 2, 3], eval_count: 2 },
  ]);
});

test("a model that breaks says so in a line of a 200, before any text in a 500", async () => {
  let after = 1;
  await using ollama = await startOllamaDouble({ answer: () => ({ breaksAfterTokens: after }) });
  const body = { model: "tiny", messages: hello };
  const late = await ask(`${ollama.url}/api/chat`, body);
  expect([late.status, linesOf(late.text).at(-1)]).toEqual([
    200,
    { error: "an error was encountered while running the model" },
  ]);
  after = 0;
  expect((await ask(`${ollama.url}/api/chat`, body)).status).toBe(500);
});

test.each<[string, string, unknown, number, string]>([
  ["an unknown model", "chat", { model: "no", messages: hello }, 404, "model 'no' not found"],
  ["no model", "chat", { messages: hello }, 400, "model is required"],
  [
    "content in parts",
    "chat",
    { model: "tiny", messages: [{ role: "user", content: [] }] },
    400,
    "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string",
  ],
  [
    "arguments as a string",
    "chat",
    {
      model: "tiny",
      messages: [
        { role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: "{}" } }] },
      ],
    },
    400,
    "json: cannot unmarshal string into Go struct field ChatRequest.messages.tool_calls.function.arguments of type map[string]interface {}",
  ],
  [
    "an image as a data URL",
    "chat",
    { model: "tiny", messages: [{ role: "user", content: "", images: ["data:image/png;base64,AA=="] }] },
    400,
    "illegal base64 data at input byte 4",
  ],
  [
    "a word for a number",
    "chat",
    { model: "tiny", messages: hello, options: { num_ctx: "4k" } },
    500,
    'option "num_ctx" must be of type integer',
  ],
  [
    "thinking of a model that cannot",
    "chat",
    { model: "dull", messages: hello, think: true },
    400,
    '"dull" does not support thinking',
  ],
  ["embedding nothing known", "embed", { model: "tiny", input: [1] }, 400, "invalid input type"],
])("%s is refused", async (_fact, api, body, status, error) => {
  const plain = { capabilities: ["completion"], contextLength: 10, embeddingLength: 4 } as const;
  await using ollama = await startOllamaDouble({
    models: [
      { ...plain, name: "dull" },
      { ...plain, name: "tiny", capabilities: ["completion", "embedding"] },
    ],
  });
  const answer = await ask(`${ollama.url}/api/${api}`, body);
  expect([answer.status, answer.json]).toEqual([status, { error }]);
});

test("embed answers a vector of length 1 for each text", async () => {
  await using ollama = await startOllamaDouble();
  const answer = await ask(`${ollama.url}/api/embed`, { model: "tiny", input: ["a b", "c"] });
  const { embeddings } = answer.json as { embeddings: number[][] };
  expect(answer.json).toMatchObject({ prompt_eval_count: 3 });
  expect(embeddings.map((vector) => Math.hypot(...vector).toFixed(6))).toEqual(["1.000000", "1.000000"]);
});

test("it tells what it is, has and can", async () => {
  await using ollama = await startOllamaDouble();
  expect((await ask(`${ollama.url}/`)).text).toBe("Ollama is running");
  expect((await ask(`${ollama.url}/api/version`)).json).toHaveProperty("version");
  expect((await ask(`${ollama.url}/api/tags`)).json).toMatchObject({ models: [{ name: "tiny:latest" }] });
  expect((await ask(`${ollama.url}/api/show`, { model: "tiny" })).json).toMatchObject({
    model_info: { "general.architecture": "llama", "llama.context_length": 8192 },
    capabilities: expect.arrayContaining(["tools", "thinking"]),
  });
  expect((await ask(`${ollama.url}/v2`)).status).toBe(404);
});
