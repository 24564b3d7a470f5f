import Anthropic from "@anthropic-ai/sdk";
import { Ollama, type Message } from "ollama";
import OpenAI from "openai";
import { startFakeModelServer, type FakeModelServer } from "@berth/testing/fake-model-server";
import { done, event, eventStreamHead, json, type Script } from "@berth/testing/fake-model-server-script";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

let berth: Berth;
/** A provider that sees and thinks, which the demo model does not. */
let seer: FakeModelServer;
beforeAll(async () => {
  berth = await startBerth();
  seer = await startFakeModelServer({ script: ({ body }) => thoughtful(body.includes('"stream":true')) });
  const spec = {
    name: "lab",
    kind: "openai-compatible",
    url: `${seer.url}/v1`,
    models: [{ name: "seer" }],
    credential: { kind: "none" },
  };
  const added = await berth.fetch("/api/v1/providers", { method: "POST", body: JSON.stringify(spec) });
  if (added.status !== 201) throw new Error(await added.text());
  await waitForService(berth, "pilot");
  await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
});
afterAll(async () => {
  await berth.dispose();
  await seer.close();
});

function thoughtful(stream: boolean): Script {
  const said = { role: "assistant", reasoning_content: "Small and red.", content: "A dot." } as const;
  const usage = {
    prompt_tokens: 9,
    completion_tokens: 5,
    total_tokens: 14,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 3 },
  };
  const head = { id: "chatcmpl-1", created: 1, model: "seer" };
  const whole = { index: 0, message: said, finish_reason: "stop" };
  if (!stream) return json({ ...head, object: "chat.completion", choices: [whole], usage });
  const chunk = (delta: object, finish: string | null = null) =>
    event({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const { reasoning_content, content } = said;
  const last = event({ ...head, object: "chat.completion.chunk", choices: [], usage });
  const bytes = [chunk({ reasoning_content }), chunk({ content }), chunk({}, "stop"), last, done].join("");
  return [eventStreamHead, { do: "write", bytes }, { do: "end" }];
}

/** A red dot. */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/** The image as the provider was sent it last. */
function seenImage(): string | undefined {
  const asked = JSON.parse(seer.received.at(-1)?.body.toString() ?? "{}") as {
    messages: { content: { type: string; image_url?: { url: string } }[] }[];
  };
  return asked.messages[0]?.content.find(({ type }) => type === "image_url")?.image_url?.url;
}

const { name, description, parameters } = known.tool.function;
const weather = '{"sky": "sunny", "celsius": 21}';

describe("npm's @anthropic-ai/sdk", () => {
  const client = (apiKey = berth.adminKey) => new Anthropic({ baseURL: berth.url, apiKey, maxRetries: 0 });
  const ask = (content: string) => ({
    model: "pilot",
    max_tokens: 100,
    temperature: 0,
    messages: [{ role: "user" as const, content }],
  });
  const tool: Anthropic.Tool = { name, description, input_schema: parameters as Anthropic.Tool.InputSchema };

  test("chats", async () => {
    const message = await client().messages.create({ ...ask(known.question), system: "You are brief." });
    expect(message).toMatchObject({
      type: "message",
      role: "assistant",
      model: "pilot",
      stop_reason: "end_turn",
    });
    expect(message.content[0]).toMatchObject({ type: "text", text: known.answer });
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    expect(message.usage.input_tokens).toBeGreaterThan(0);
  });

  test("streams", async () => {
    const stream = client().messages.stream(ask(known.question));
    const pieces: string[] = [];
    stream.on("text", (text) => pieces.push(text));
    const message = await stream.finalMessage();
    expect(pieces.join("")).toBe(known.answer);
    expect(pieces.length).toBeGreaterThan(3);
    expect(message).toMatchObject({
      stop_reason: "end_turn",
      content: [{ type: "text", text: known.answer }],
    });
    expect(message.usage.input_tokens).toBeGreaterThan(0);
  });

  test("calls tools, streamed, and answers with what they return", async () => {
    const asked = ask(known.toolQuestion);
    const message = await client()
      .messages.stream({ ...asked, tools: [tool] })
      .finalMessage();
    expect(message.stop_reason).toBe("tool_use");
    const call = message.content.find((block) => block.type === "tool_use");
    expect(call).toMatchObject({ name, input: { city: known.toolCity } });
    const answered = await client().messages.create({
      ...asked,
      tools: [tool],
      messages: [
        ...asked.messages,
        { role: "assistant", content: message.content as Anthropic.ContentBlockParam[] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: weather }] },
      ],
    });
    expect(answered.content).toMatchObject([{ type: "text", text: expect.stringContaining("sunny") }]);
  });

  test("shows images, and is told thoughts, streamed and whole", async () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: png } } as const;
    const content = [image, { type: "text", text: "What is it?" } as const];
    const asked = {
      model: "seer",
      max_tokens: 2000,
      thinking: { type: "enabled", budget_tokens: 1024 } as const,
      messages: [{ role: "user" as const, content }],
    };
    const expected = {
      content: [
        { type: "thinking", thinking: "Small and red." },
        { type: "text", text: "A dot." },
      ],
      usage: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 5 },
    };
    expect(await client().messages.create(asked)).toMatchObject(expected);
    expect(seenImage()).toBe(`data:image/png;base64,${png}`);
    expect(await client().messages.stream(asked).finalMessage()).toMatchObject(expected);
  });

  test("is told what is wrong in its own error classes", async () => {
    await expect(client("sk-berth-wrong").messages.create(ask("Hi"))).rejects.toThrow(
      Anthropic.AuthenticationError,
    );
    await expect(client().messages.create({ ...ask("Hi"), model: "pilott" })).rejects.toThrow(
      Anthropic.NotFoundError,
    );
    const document = { type: "document", source: { type: "url", url: "https://example.org/a.pdf" } } as const;
    const call = client().messages.create({
      ...ask("Hi"),
      messages: [{ role: "user", content: [document] }],
    });
    await expect(call).rejects.toThrow(/messages\[0\]\.content\[0\]\.type/);
    await expect(
      client().messages.countTokens({ model: "pilot", messages: ask("Hi").messages }),
    ).rejects.toThrow(Anthropic.BadRequestError);
  });
});

describe("npm's openai client by /v1/responses", () => {
  const client = () => new OpenAI({ baseURL: `${berth.url}/v1`, apiKey: berth.adminKey, maxRetries: 0 });
  const tool: OpenAI.Responses.FunctionTool = {
    type: "function",
    name,
    description,
    parameters,
    strict: false,
  };
  const asked = { model: "pilot", temperature: 0 };

  test("answers", async () => {
    const response = await client().responses.create({ ...asked, input: known.question });
    expect(response).toMatchObject({ status: "completed", output_text: known.answer, store: false });
    expect(response.usage?.total_tokens).toBeGreaterThan(0);
  });

  test("streams", async () => {
    const stream = client().responses.stream({ ...asked, input: known.question });
    const pieces: string[] = [];
    stream.on("response.output_text.delta", ({ delta }) => pieces.push(delta));
    const response = await stream.finalResponse();
    expect(pieces.join("")).toBe(known.answer);
    expect(response).toMatchObject({ status: "completed", output_text: known.answer });
  });

  test("calls tools, streamed, and answers with what they return", async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: known.toolQuestion }];
    const response = await client()
      .responses.stream({ ...asked, input, tools: [tool] })
      .finalResponse();
    const call = response.output.find((item) => item.type === "function_call");
    expect(call).toMatchObject({ name });
    expect(JSON.parse(call?.arguments ?? "")).toEqual({ city: known.toolCity });
    input.push(...(response.output as OpenAI.Responses.ResponseInput), {
      type: "function_call_output",
      call_id: call?.call_id ?? "",
      output: weather,
    });
    const answered = await client().responses.create({ ...asked, input, tools: [tool] });
    expect(answered.output_text).toContain("sunny");
  });

  test("shows images, and is told thoughts, streamed and whole", async () => {
    const image = { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${png}` } as const;
    const content = [image, { type: "input_text", text: "What is it?" } as const];
    const input: OpenAI.Responses.ResponseInput = [{ role: "user", content }];
    const expected = {
      output_text: "A dot.",
      output: [{ type: "reasoning", summary: [{ text: "Small and red." }] }, { type: "message" }],
      usage: { output_tokens_details: { reasoning_tokens: 3 } },
    };
    expect(await client().responses.create({ model: "seer", input })).toMatchObject(expected);
    expect(seenImage()).toBe(`data:image/png;base64,${png}`);
    const streamed = client().responses.stream({ model: "seer", input });
    expect(await streamed.finalResponse()).toMatchObject(expected);
  });

  test("gets JSON of a schema", async () => {
    const format = { type: "json_schema", name: "person", strict: true, schema: known.schema } as const;
    const response = await client().responses.create({ ...asked, input: known.extraction, text: { format } });
    expect(JSON.parse(response.output_text ?? "")).toEqual(known.extracted);
  });

  test("says when an answer is cut, and what it cannot do", async () => {
    const cut = await client().responses.create({ ...asked, input: known.question, max_output_tokens: 2 });
    expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    const later = client().responses.create({ ...asked, input: "Hi", previous_response_id: "resp_1" });
    await expect(later).rejects.toMatchObject({ status: 400, param: "previous_response_id" });
  });
});

describe("npm's ollama client", () => {
  const client = () =>
    new Ollama({ host: berth.url, headers: { authorization: `Bearer ${berth.adminKey}` } });
  const options = { temperature: 0, num_ctx: 2048 };
  const ask = (content: string) => ({ model: "pilot", options, messages: [{ role: "user", content }] });

  test("chats", async () => {
    const answer = await client().chat(ask(known.question));
    expect(answer).toMatchObject({
      model: "pilot",
      done: true,
      done_reason: "stop",
      message: { content: known.answer },
    });
    expect(answer.eval_count).toBeGreaterThan(0);
    expect(answer.total_duration).toBeGreaterThanOrEqual(answer.eval_duration);
  });

  test("streams", async () => {
    const parts = await Array.fromAsync(await client().chat({ ...ask(known.question), stream: true }));
    expect(parts.map(({ message }) => message.content).join("")).toBe(known.answer);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
  });

  test("calls tools, and answers with what they return", async () => {
    const asked = { ...ask(known.toolQuestion), tools: [known.tool] };
    const { message } = await client().chat(asked as Parameters<Ollama["chat"]>[0] & { stream?: false });
    expect(message.tool_calls?.[0]?.function).toMatchObject({ name, arguments: { city: known.toolCity } });
    const messages: Message[] = [
      ...asked.messages,
      message,
      { role: "tool", content: weather, tool_name: name },
    ];
    const answered = await client().chat({ ...ask(""), tools: [known.tool], messages } as typeof asked & {
      stream?: false;
    });
    expect(answered.message.content).toContain("sunny");
  });

  test("shows images, and is told thoughts, streamed and whole", async () => {
    const asked = { model: "seer", messages: [{ role: "user", content: "What is it?", images: [png] }] };
    const { message } = await client().chat(asked);
    expect(message).toMatchObject({ thinking: "Small and red.", content: "A dot." });
    expect(seenImage()).toBe(`data:image/png;base64,${png}`);
    const parts = await Array.fromAsync(await client().chat({ ...asked, stream: true }));
    expect(parts.map((part) => part.message.thinking ?? "").join("")).toBe("Small and red.");
  });

  test("generates, with a schema too, and embeds", async () => {
    const { response } = await client().generate({ model: "pilot", prompt: known.question, options });
    expect(response).toBe(known.answer);
    const json = await client().generate({
      model: "pilot",
      prompt: known.extraction,
      format: known.schema,
      options,
    });
    expect(JSON.parse(json.response ?? "")).toEqual(known.extracted);
    const { embeddings } = await client().embed({ model: "embedder", input: ["harbour", "crane"] });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.length).toBeGreaterThan(1);
  });

  test("lists and shows models", async () => {
    const { models } = await client().list();
    expect(models.map((model) => model.name)).toEqual(expect.arrayContaining(["pilot", "embedder"]));
    expect((await client().ps()).models.length).toBeGreaterThan(0);
    expect((await client().show({ model: "embedder" })).capabilities).toEqual(["embedding"]);
  });

  test("is told what is wrong", async () => {
    await expect(client().chat({ ...ask("Hi"), model: "pilott" })).rejects.toMatchObject({
      status_code: 404,
      error: expect.stringContaining("pilot"),
    });
  });
});
