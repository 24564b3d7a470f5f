import { fixtureFiles } from "@berth/demo-model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pilotConfig, startEngine, type Reply, type TestEngine } from "../test/engine.ts";

let pilot: TestEngine;
let embedder: TestEngine;
let ranker: TestEngine;
beforeAll(async () => {
  pilot = await startEngine(pilotConfig({ servedName: "pilot" }));
  embedder = await startEngine(
    pilotConfig({ modelPath: fixtureFiles.embed, task: "feature-extraction", parallel: 1 }),
  );
  ranker = await startEngine(
    pilotConfig({ modelPath: fixtureFiles.rerank, task: "text-ranking", parallel: 1 }),
  );
}, 60_000);
afterAll(() => Promise.all([pilot, embedder, ranker].map((engine) => engine.close())));

describe("/v1/completions", () => {
  const complete = (body: object): Promise<Reply> =>
    pilot.post("/v1/completions", { temperature: 0, ...body });

  test("continues a prompt, sixteen tokens when no number is given", async () => {
    const { json } = await complete({ prompt: "Once upon a" });
    expect(json).toMatchObject({
      object: "text_completion",
      model: "pilot",
      id: expect.stringMatching(/^cmpl-/),
    });
    expect(json.choices).toHaveLength(1);
    expect(json.choices[0]).toMatchObject({
      text: expect.stringMatching(/^ time/),
      index: 0,
      logprobs: null,
      finish_reason: "length",
    });
    expect(json.usage.completion_tokens).toBe(16);
  });

  test("takes several prompts, and several choices of each, numbered through", async () => {
    const { json } = await complete({
      prompt: ["Once upon a", "The capital of"],
      n: 2,
      max_tokens: 2,
      echo: true,
    });
    expect(
      json.choices.map(({ index, text }: { index: number; text: string }) => [index, text.slice(0, 4)]),
    ).toEqual([
      [0, "Once"],
      [1, "Once"],
      [2, "The "],
      [3, "The "],
    ]);
  });

  test("takes tokens, one list or several, and says the same as to their text", async () => {
    // the vocabulary holds three special tokens, then the 256 bytes
    const letter = Buffer.from("g").readUInt8() + 3;
    const [byText, byToken, both] = await Promise.all(
      ["g", [letter], [[letter], [letter]]].map((prompt) => complete({ prompt, max_tokens: 4 })),
    );
    expect(byToken?.json.choices).toEqual(byText?.json.choices);
    expect(both?.json.choices.map(({ text }: { text: string }) => text)).toEqual(
      [0, 1].map(() => byText?.json.choices[0].text),
    );
    const { json } = await complete({ prompt: [1, -1] });
    expect(json.error).toMatchObject({ code: "invalid_request", param: "prompt[1]" });
  });

  test("streams", async () => {
    const whole = await complete({ prompt: "Once upon a", max_tokens: 5 });
    const { events, text } = await complete({
      prompt: "Once upon a",
      max_tokens: 5,
      stream: true,
      stream_options: { include_usage: true },
    });
    const choices = events.flatMap((event) => event.choices);
    expect(choices.map((choice) => choice.text).join("")).toBe(whole.json.choices[0].text);
    expect(choices.at(-1).finish_reason).toBe("length");
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } });
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("tells log-probabilities in columns", async () => {
    const { json } = await complete({ prompt: "Once upon a", max_tokens: 3, logprobs: 2 });
    const {
      tokens,
      token_logprobs: logprobs,
      top_logprobs: tops,
      text_offset: offsets,
    } = json.choices[0].logprobs;
    expect(tokens.join("")).toBe(json.choices[0].text);
    expect(offsets).toEqual([0, tokens[0].length, tokens[0].length + tokens[1].length]);
    expect(tops[0][tokens[0]]).toBe(logprobs[0]);
  });

  test.each([
    ["text after the gap", { suffix: "end" }, "suffix"],
    ["the best of more than it gives", { best_of: 2 }, "best_of"],
    ["log-probabilities of the prompt", { echo: true, logprobs: 1 }, "logprobs"],
  ])("refuses %s by name", async (_, more, param) => {
    const { status, json } = await complete({ prompt: "a", ...more });
    expect([status, json.error.code, json.error.param]).toEqual([400, "unsupported", param]);
  });
});

describe("/v1/embeddings", () => {
  const embed = (body: object): Promise<Reply> => embedder.post("/v1/embeddings", { model: "e", ...body });

  test("gives a vector of length one for each text", async () => {
    const { json } = await embed({ input: ["hello world", "goodbye"] });
    expect(json).toMatchObject({
      object: "list",
      model: "e",
      usage: { prompt_tokens: 21, total_tokens: 21 },
    });
    expect(json.data.map(({ object, index }: { object: string; index: number }) => [object, index])).toEqual([
      ["embedding", 0],
      ["embedding", 1],
    ]);
    for (const { embedding } of json.data) {
      expect(embedding).toHaveLength(64);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    }
  });

  test("the same text gives the same vector, alone or among others, another text another", async () => {
    const alone = (await embed({ input: "hello world" })).json.data[0].embedding;
    const among = (await embed({ input: ["goodbye", "hello world"] })).json.data;
    expect(among[1].embedding).toEqual(alone);
    expect(among[0].embedding).not.toEqual(alone);
  });

  test("base64 holds the same numbers", async () => {
    const numbers = (await embed({ input: "hello" })).json.data[0].embedding;
    const text = (await embed({ input: "hello", encoding_format: "base64" })).json.data[0].embedding;
    const bytes = Buffer.from(text, "base64");
    const decoded = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(decoded).toEqual(numbers);
  });

  test("takes tokens", async () => {
    const { json } = await embed({ input: [[10, 11], [12]] });
    expect(json.data).toHaveLength(2);
  });

  test("a chat model embeds as well", async () => {
    const { json } = await pilot.post("/v1/embeddings", { input: "hello" });
    expect(json.data[0].embedding).toHaveLength(256);
  });

  test.each([
    ["nothing", { input: "" }, "invalid_request", "input"],
    ["nothing among others", { input: ["a", ""] }, "invalid_request", "input[1]"],
    ["a text that is too long", { input: ["a", "b".repeat(300)] }, "context_length_exceeded", "input[1]"],
    ["another number of dimensions", { input: "a", dimensions: 8 }, "unsupported", "dimensions"],
    ["tokens that there are not", { input: [1, 5000] }, "invalid_request", "input[1]"],
  ])("refuses %s", async (_, body, code, param) => {
    const { status, json } = await embed(body);
    expect([status, json.error.code, json.error.param]).toEqual([400, code, param]);
  });
});

describe("/v1/rerank", () => {
  const documents = ["a cat", "a dog", "a car", { text: "a cow" }];
  const rank = (body: object): Promise<Reply> =>
    ranker.post("/v1/rerank", { query: "cat", documents, ...body });

  test("puts the best first, with the place it was given at", async () => {
    const { json } = await rank({ model: "r" });
    expect(json).toMatchObject({ model: "r", id: expect.stringMatching(/^rerank-/) });
    const scores = json.results.map(({ relevance_score: score }: { relevance_score: number }) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect(json.results.map(({ index }: { index: number }) => index).toSorted()).toEqual([0, 1, 2, 3]);
    for (const score of scores) expect(score).toBeGreaterThan(0);
    expect(json.usage.total_tokens).toBeGreaterThan(20);
  });

  test("gives as many as were asked for, with their texts if wanted", async () => {
    const all = (await rank({})).json.results;
    const { json } = await rank({ top_n: 2, return_documents: true });
    expect(json.results.map(({ index }: { index: number }) => index)).toEqual(
      all.slice(0, 2).map(({ index }: { index: number }) => index),
    );
    for (const { index, document } of json.results) {
      const given = documents[index];
      expect(document).toEqual({ text: typeof given === "string" ? given : given?.text });
    }
  });

  test("refuses a document that is too long, by its place", async () => {
    const { status, json } = await rank({ documents: ["a", "b".repeat(300)] });
    expect([status, json.error.code, json.error.param]).toEqual([
      400,
      "context_length_exceeded",
      "documents[1]",
    ]);
  });
});

describe("a service does what its model is for", () => {
  test.each([
    ["a chat with an embedder", () => embedder.post("/v1/chat/completions", { messages: [] })],
    ["embeddings of a reranker", () => ranker.post("/v1/embeddings", { input: "a" })],
    ["reranking with a chat model", () => pilot.post("/v1/rerank", { query: "a", documents: ["b"] })],
  ])("not %s", async (_, call) => {
    const { status, json } = await call();
    expect([status, json.error.code, json.error.param]).toEqual([400, "unsupported", "model"]);
  });

  test("nor reranking with a model that was started for it but is no reranker", async () => {
    const wrong = await startEngine(pilotConfig({ task: "text-ranking", parallel: 1 }));
    const { status, json } = await wrong.post("/v1/rerank", { query: "a", documents: ["b"] });
    await wrong.close();
    expect([status, json.error.code]).toEqual([400, "unsupported"]);
  });
});
