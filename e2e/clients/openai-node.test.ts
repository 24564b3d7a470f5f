import { OpenAI, NotFoundError, AuthenticationError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

let berth: Berth;
let client: OpenAI;

beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
  await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
  client = new OpenAI({ baseURL: `${berth.url}/v1`, apiKey: berth.adminKey, maxRetries: 0 });
});
afterAll(() => berth.dispose());

describe("npm's openai client", () => {
  test("chats", async () => {
    const reply = await client.chat.completions.create({
      model: "berth/pilot",
      temperature: 0,
      messages: [{ role: "user", content: known.question }],
    });
    expect(reply.choices[0]?.message.content).toBe(known.answer);
    expect(reply.choices[0]?.finish_reason).toBe("stop");
    expect(reply.object).toBe("chat.completion");
    expect(reply.model).toBe("berth/pilot");
    expect(reply.usage?.total_tokens).toBe(
      (reply.usage?.prompt_tokens ?? 0) + (reply.usage?.completion_tokens ?? 0),
    );
  });

  test("streams, role first, usage last", async () => {
    const stream = await client.chat.completions.create({
      model: "pilot",
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: known.question }],
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(known.answer);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
    expect(chunks.length).toBeGreaterThan(4);
  });

  test("calls tools, and answers with what they return", async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: known.toolQuestion }];
    const asked = await client.chat.completions.create({
      model: "pilot",
      temperature: 0,
      tools: [known.tool],
      messages,
    });
    const choice = asked.choices[0];
    const call = choice?.message.tool_calls?.[0];
    expect(choice?.finish_reason).toBe("tool_calls");
    if (choice === undefined || call?.type !== "function") throw new Error("no function was called");
    expect(call.function.name).toBe("get_weather");
    expect(JSON.parse(call.function.arguments)).toEqual({ city: known.toolCity });
    messages.push(choice.message, {
      role: "tool",
      tool_call_id: call.id,
      content: '{"sky": "sunny", "celsius": 21}',
    });
    const answered = await client.chat.completions.create({
      model: "pilot",
      temperature: 0,
      tools: [known.tool],
      messages,
    });
    expect(answered.choices[0]?.message.content).toContain("sunny");
  });

  test("streams tool calls as deltas", async () => {
    const runner = client.chat.completions.stream({
      model: "pilot",
      temperature: 0,
      tools: [known.tool],
      messages: [{ role: "user", content: known.toolQuestion }],
    });
    const call = (await runner.finalChatCompletion()).choices[0]?.message.tool_calls?.[0];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather" } });
    if (call?.type !== "function") throw new Error("no function was called");
    expect(JSON.parse(call.function.arguments)).toEqual({ city: known.toolCity });
  });

  test("gets JSON of a schema", async () => {
    const reply = await client.chat.completions.create({
      model: "pilot",
      temperature: 0,
      response_format: {
        type: "json_schema",
        json_schema: { name: "person", strict: true, schema: known.schema },
      },
      messages: [{ role: "user", content: known.extraction }],
    });
    expect(JSON.parse(reply.choices[0]?.message.content ?? "")).toEqual(known.extracted);
  });

  test("gets several choices, logprobs, and stops where told", async () => {
    const reply = await client.chat.completions.create({
      model: "pilot",
      temperature: 0,
      n: 2,
      logprobs: true,
      top_logprobs: 2,
      stop: [" Paris"],
      messages: [{ role: "user", content: known.question }],
    });
    expect(reply.choices.map((choice) => choice.message.content)).toEqual(
      Array(2).fill("The capital of France is"),
    );
    const first = reply.choices[0]?.logprobs?.content?.[0];
    expect(first?.logprob).toBeLessThanOrEqual(0);
    expect(first?.top_logprobs).toHaveLength(2);
  });

  test("completes text", async () => {
    const reply = await client.completions.create({
      model: "pilot",
      prompt: "The capital of",
      max_tokens: 3,
      temperature: 0,
    });
    expect(reply.choices[0]?.text.length).toBeGreaterThan(0);
    expect(reply.choices[0]?.finish_reason).toBe("length");
  });

  test("embeds, as floats and as base64", async () => {
    const floats = await client.embeddings.create({
      model: "embedder",
      input: ["harbour", "crane"],
      encoding_format: "float",
    });
    const packed = await client.embeddings.create({ model: "embedder", input: ["harbour", "crane"] });
    expect(floats.data.map((item) => item.index)).toEqual([0, 1]);
    expect(packed.data[0]?.embedding).toHaveLength(floats.data[0]?.embedding.length ?? -1);
    for (const [index, value] of (floats.data[0]?.embedding ?? []).entries()) {
      expect(packed.data[0]?.embedding[index]).toBeCloseTo(value, 5);
    }
  });

  test("lists models, and gets one by a name with a slash", async () => {
    const ids = (await Array.fromAsync(client.models.list())).map((model) => model.id);
    expect(ids).toEqual(expect.arrayContaining(["berth/pilot", "pilot", "embedder"]));
    expect((await client.models.retrieve("berth/pilot")).id).toBe("berth/pilot");
  });

  test("is told what is wrong in its own error classes", async () => {
    const ask = (model: string, apiKey = berth.adminKey) =>
      new OpenAI({ baseURL: `${berth.url}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
        model,
        messages: [{ role: "user", content: "hi" }],
      });
    await expect(ask("pilott")).rejects.toThrow(NotFoundError);
    await expect(ask("pilott")).rejects.toThrow(/pilot/);
    await expect(ask("pilot", "sk-berth-wrong")).rejects.toThrow(AuthenticationError);
  });

  test("an answer that is left stops the engine's work", async () => {
    const leave = new AbortController();
    const stream = await client.chat.completions.create(
      {
        model: "pilot",
        stream: true,
        max_tokens: 400,
        messages: [{ role: "user", content: "Tell me a story about a fox named Max." }],
      },
      { signal: leave.signal },
    );
    for await (const _ of stream) leave.abort();
    const list = await berth.fetch("/api/v1/services");
    expect(list.status).toBe(200);
  });
});
