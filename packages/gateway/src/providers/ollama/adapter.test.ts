import type { ProviderOptions } from "@berth/api";
import { json, type Script, type Step } from "@berth/testing/fake-model-server-script";
import { startOllamaDouble, type OllamaDoubleOptions } from "@berth/testing/providers/ollama-double";
import {
  asText,
  fields,
  list,
  type Fields,
  type ProviderRequest,
} from "@berth/testing/providers/provider-double";
import { describe, expect, test } from "vitest";
import { call, provider, startRig, type CallOptions } from "../../gateway-rig.ts";
import { completionOf, says } from "../test/ask-provider.ts";
import { describeProvider } from "../test/conformance.ts";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type Failure,
  type Heard,
} from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

const lines: Step = { do: "head", status: 200, headers: { "content-type": "application/x-ndjson" } };

const failures: Readonly<Record<Failure, Script>> = {
  busy: json({ error: "server busy, please try again" }, 429, { "retry-after": String(retryAfterSeconds) }),
  broken: json({ error: "llama runner process has terminated" }, 500),
  credential: json({ error: `unauthorized: ${credential}` }, 401),
  "error first": [lines, { do: "write", bytes: '{"error":"out of memory"}\n' }, { do: "end" }],
};

function heard({ json: body }: ProviderRequest): Heard {
  const asked = fields(body) ?? {};
  const options = fields(asked.options) ?? {};
  const messages = (list(asked.messages) ?? []).map((message) => fields(message) ?? {});
  const functions = (given: unknown): Fields[] =>
    (list(given) ?? []).map((one) => fields(fields(one)?.function) ?? {});
  return {
    conversation:
      messages.length === 0
        ? asText(asked.prompt)
        : messages.map(({ content }) => asText(content)).join("\n"),
    fields: {
      ...options,
      max_tokens: options.num_predict,
      logprobs: asked.logprobs,
      tools: functions(asked.tools).map(({ name }) => name),
      response_format: asked.format,
    },
    images: messages.flatMap(({ images }) => (list(images) ?? []).map(String)),
    calls: messages
      .flatMap(({ tool_calls: calls }) => functions(calls))
      .map(({ name, arguments: given }) => ({ name: asText(name), arguments: given })),
  };
}

describeProvider("Ollama", {
  kind: "ollama",
  passesThrough: false,
  start: async (behaviour: Behaviour) => {
    const double = await startOllamaDouble(doubleOptions(behaviour, failures, (reply) => reply));
    const upstream = provider({ model: "tiny", target: { kind: "ollama", url: double.url } });
    return startedDouble(double, upstream, heard);
  },
});

interface Asking extends Pick<CallOptions, "path"> {
  readonly options?: OllamaDoubleOptions;
  readonly contextTokens?: number | null;
  readonly providerOptions?: ProviderOptions;
}

async function ask(request: object, { options = {}, path, ...changes }: Asking = {}) {
  await using double = await startOllamaDouble(options);
  await using rig = await startRig({ limits: { maxRetryPauseMs: 0 } });
  const upstream = provider({
    model: "tiny",
    contextTokens: changes.contextTokens ?? null,
    target: { kind: "ollama", url: double.url, options: changes.providerOptions ?? {} },
  });
  rig.routes.route("chat", [upstream], { retries: 0 });
  const called = await call(rig.port, {
    ...(path === undefined ? {} : { path }),
    body: { model: "chat", ...request },
  });
  return { called, asked: double.received.map(({ json: body }) => fields(body) ?? {}) };
}

describe("a request", () => {
  test.each<[string, object, Asking, object]>([
    [
      "has the context that the model is to have",
      {},
      { contextTokens: 2048 },
      { options: { num_ctx: 2048 } },
    ],
    ["keeps the model for so long", {}, { providerOptions: { keepAlive: "10m" } }, { keep_alive: "10m" }],
    ["keeps the model for ever", {}, { providerOptions: { keepAlive: "-1" } }, { keep_alive: -1 }],
    [
      "has all that samples",
      { top_k: 4, min_p: 0.1, repetition_penalty: 1.1, stop: "x", max_completion_tokens: 3 },
      {},
      { options: { top_k: 4, min_p: 0.1, repeat_penalty: 1.1, stop: ["x"], num_predict: 3 } },
    ],
    ["wants any JSON", { response_format: { type: "json_object" } }, {}, { format: "json" }],
    ["wants no thoughts", { reasoning_effort: "none" }, {}, { think: false }],
    ["wants many thoughts", { reasoning_effort: "high" }, {}, { think: "high" }],
    ["is never cut to fit", {}, {}, { truncate: false }],
  ])("%s", async (_fact, request, asking, expected) => {
    const { called, asked } = await ask({ ...says("Hi"), ...request }, asking);
    expect(called.status).toBe(200);
    expect(asked).toMatchObject([expected]);
  });

  test("without choice of tools has none", async () => {
    const tools = [{ type: "function", function: { name: "f" } }];
    const { asked } = await ask({ ...says("Hi"), tools, tool_choice: "none" });
    expect(asked[0]).not.toHaveProperty("tools");
  });

  test.each<[string, unknown, string]>([
    [
      "an image that lies elsewhere, which nobody fetches",
      { role: "user", content: [{ type: "image_url", image_url: { url: "http://127.0.0.1/x.png" } }] },
      "messages[0].content[0].image_url.url",
    ],
    [
      "a recording",
      { role: "user", content: [{ type: "input_audio", input_audio: { data: "", format: "wav" } }] },
      "messages[0].content[0].type",
    ],
    ["a named speaker", { role: "user", content: "Hi", name: "Ann" }, "messages[0].name"],
    [
      "arguments that are no object",
      { role: "assistant", tool_calls: [{ id: "a", function: { name: "f", arguments: "[1]" } }] },
      "messages[0].tool_calls[0].function.arguments",
    ],
  ])("with %s is refused by its place", async (_fact, message, param) => {
    const { called, asked } = await ask({ messages: [message] });
    expect(called.status).toBe(400);
    expect(called.text).toContain(`"param":"${param}"`);
    expect(asked).toEqual([]);
  });

  test("tells whose result a tool's is, and what was thought", async () => {
    const messages = [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: "",
        reasoning_content: "so",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "clock", arguments: "" } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "noon" },
    ];
    const { asked } = await ask({ messages });
    expect(asked[0]?.messages).toMatchObject([
      {},
      { thinking: "so", tool_calls: [{ id: "call_1", function: { name: "clock", arguments: {} } }] },
      { role: "tool", tool_name: "clock", tool_call_id: "call_1", content: "noon" },
    ]);
  });
});

describe("what does not work", () => {
  test("a prompt that does not fit is told to be too long", async () => {
    const { called } = await ask(says("one two three"), { contextTokens: 2 });
    expect(called.text).toContain('"code":"context_length_exceeded"');
  });

  test("a model that has not been pulled is told to be missing", async () => {
    const { called } = await ask(says("Hi"), { options: { models: [] } });
    expect(called.status).toBe(502);
    expect(called.text).toContain("does not have this model");
  });
});

test("calls without an id get one", async () => {
  const toolCalls = ["a", "b"].map((name) => ({ id: "", name, arguments: {} }));
  const message = {
    role: "assistant",
    content: "",
    tool_calls: toolCalls.map(({ name }) => ({ function: { name, arguments: {} } })),
  };
  const line = { message, done: true, done_reason: "stop", prompt_eval_count: 1, eval_count: 1 };
  const { called } = await ask(
    { ...says("Hi"), tools: [{ type: "function", function: { name: "a" } }] },
    { options: { answer: () => json(line) } },
  );
  const ids = completionOf(called).choices[0]?.message.tool_calls?.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^call_./);
});

test.each<[string, object]>([
  ["/api/chat", { messages: [{ role: "user", content: "Hi" }], options: { mirostat: 1 } }],
  ["/api/generate", { prompt: "Hi", template: "{{ .Prompt }}", stream: false }],
  ["/api/embed", { input: "Hi" }],
])("Ollama's own requests pass as they are, with the model's name there, at %s", async (path, request) => {
  await using double = await startOllamaDouble();
  await using rig = await startRig();
  rig.routes.route("chat", [provider({ model: "tiny", target: { kind: "ollama", url: double.url } })]);
  const called = await call(rig.port, { path, body: { model: "chat", ...request } });
  expect(called).toMatchObject({ status: 200, complete: true });
  expect(double.received.map((one) => [one.path, one.json])).toEqual([[path, { model: "tiny", ...request }]]);
});
