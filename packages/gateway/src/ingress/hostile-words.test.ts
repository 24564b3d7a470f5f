import { isBerthError } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatChunk, ChatCompletion } from "../openai/shapes.ts";
import { soundAnswer } from "../providers/openai/sound-answer.ts";
import { ProviderFailure } from "../providers/provider-failure.ts";
import { chunk, counted, usage } from "../testing/chunkings.ts";
import { anthropicMessages } from "./anthropic/messages-ingress.ts";
import type { Ingress } from "./ingress.ts";
import { ollamaChat } from "./ollama/chat-ingress.ts";
import { ollamaEmbed } from "./ollama/embed-ingress.ts";
import { ollamaGenerate } from "./ollama/generate-ingress.ts";
import { openAiResponses } from "./responses/responses-ingress.ts";
import { tgiGenerate } from "./tgi/generate-ingress.ts";

type Body = Readonly<Record<string, unknown>>;

const schema = { type: "object", properties: { city: { type: "string" } } };
const read = (ingress: Ingress, body: Body) =>
  ingress.read(body, { requestId: "r", clock: new FakeClock(0), newId: counted() });

const anthropic = {
  max_tokens: 8,
  system: [{ type: "text", text: "a", cache_control: { type: "ephemeral" } }],
  messages: [
    {
      role: "user",
      content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AA" } }],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "hm", signature: "" },
        { type: "tool_use", id: "a", name: "b", input: { c: 1 } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "d", is_error: true }] },
  ],
  tools: [{ name: "b", input_schema: schema }],
  tool_choice: { type: "tool", name: "b", disable_parallel_tool_use: true },
  thinking: { type: "enabled", budget_tokens: 1024 },
  output_config: { effort: "low", format: { type: "json_schema", schema } },
  stop_sequences: ["x"],
  metadata: { user_id: "u" },
};
const responses = {
  instructions: "a",
  input: [
    {
      role: "user",
      content: [{ type: "input_image", image_url: "data:image/png;base64,AA", detail: "low" }],
    },
    { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
    { type: "function_call", call_id: "a", name: "b", arguments: "{}" },
    { type: "function_call_output", call_id: "a", output: [{ type: "input_text", text: "c" }] },
  ],
  tools: [{ type: "function", name: "b", parameters: schema, strict: true }],
  tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "b" }] },
  text: { verbosity: "low", format: { type: "json_schema", name: "n", schema } },
  reasoning: { effort: "low", summary: "auto" },
  include: ["message.output_text.logprobs"],
  top_logprobs: 2,
  metadata: { a: "b" },
};
const ollama = {
  messages: [
    { role: "user", content: "a", images: ["AA"] },
    { role: "assistant", content: "", tool_calls: [{ function: { name: "b", arguments: { c: 1 } } }] },
    { role: "tool", content: "d", tool_name: "b" },
  ],
  tools: [{ type: "function", function: { name: "b", parameters: schema } }],
  format: schema,
  options: { num_predict: 8, stop: ["x"], num_ctx: 8, temperature: 0 },
  think: "low",
  logprobs: true,
  keep_alive: "5m",
};
const tgi = {
  inputs: "a",
  parameters: { max_new_tokens: 8, stop: ["x"], do_sample: true, top_p: 0.5, details: true },
};

/** The value with something else in one place, or something more beside it. */
function changed(value: unknown, path: readonly number[], put: unknown): unknown {
  if (typeof value !== "object" || value === null || path.length === 0) return put;
  const [first = 0, ...rest] = path;
  const others = Array.isArray(value) ? [String(value.length)] : ["unheard_of", "__proto__", "constructor"];
  const names = [...Object.keys(value), ...others];
  const name = names[first % names.length]!;
  const inner = changed(Object.hasOwn(value, name) ? (value as Body)[name] : undefined, rest, put);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  Object.defineProperty(copy, name, { value: inner, enumerable: true, configurable: true, writable: true });
  return copy;
}

const places = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 });
const many = { numRuns: 500 };

describe("whatever a request holds, it is read or refused", () => {
  test.for<[string, Ingress, object]>([
    ["anthropic", anthropicMessages, anthropic],
    ["responses", openAiResponses, responses],
    ["ollama's chat", ollamaChat, ollama],
    [
      "ollama's generate",
      ollamaGenerate,
      { ...ollama, messages: null, tools: null, prompt: "a", system: "b" },
    ],
    ["ollama's embed", ollamaEmbed, { input: ["a"], truncate: true, dimensions: 8 }],
    ["tgi", tgiGenerate("/"), tgi],
  ])("%s", ([, ingress, body]) => {
    expect(read(ingress, body as Body).operation).toBeTruthy();
    fc.assert(
      fc.property(places, fc.jsonValue({ maxDepth: 2 }), (path, put) => {
        try {
          const { request } = read(ingress, changed(body, path, put) as Body);
          expect(JSON.stringify(request)).toContain("{");
        } catch (error) {
          if (!isBerthError(error) || error.status >= 500) throw error;
          expect(error.message).not.toBe("");
        }
      }),
      many,
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const call = { index: 0, id: "c", type: "function", function: { name: "b", arguments: '{"d":1}' } } as const;
const logprobs = { content: [{ token: "a", logprob: -1, bytes: [1], top_logprobs: [] }] };
const [choice] = chunk(
  { content: "a", reasoning_content: "hm", refusal: "no", tool_calls: [call] },
  "stop",
).choices;
const piece = { ...chunk({}), choices: [{ ...choice, logprobs }], usage };
const { delta: message, ...others } = choice!;
const whole = { ...piece, object: "chat.completion", choices: [{ ...others, message, logprobs }] };

describe("whatever an answer holds, it is told or has failed", () => {
  test.for<[string, Ingress, object]>([
    ["anthropic", anthropicMessages, { max_tokens: 1, messages: [{ role: "user", content: "a" }] }],
    ["responses", openAiResponses, { input: "a" }],
    ["ollama", ollamaChat, { messages: [{ role: "user", content: "a" }] }],
  ])("%s", ([, ingress, body]) => {
    const tell = (told: () => unknown): void => {
      try {
        expect(told()).toBeDefined();
      } catch (error) {
        if (!isBerthError(error) && !(error instanceof ProviderFailure)) throw error;
      }
    };
    fc.assert(
      fc.property(places, fc.jsonValue({ maxDepth: 2 }), (path, put) => {
        const renderers = [0, 1].map(() => read(ingress, { model: "m", ...body }).renderer);
        tell(() =>
          renderers[0]?.whole(
            soundAnswer(changed(whole, path, put) as object, "chat.completion") as ChatCompletion,
          ),
        );
        tell(() => {
          const odd = soundAnswer(changed(piece, path, put) as object, "chat.completion.chunk") as ChatChunk;
          return `${renderers[1]?.chunk(odd)}${renderers[1]?.end()}`;
        });
      }),
      many,
    );
  });
});
