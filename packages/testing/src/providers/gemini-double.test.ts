import { expect, test } from "vitest";
import { ask, eventsOf } from "./double-client.ts";
import { startGeminiDouble } from "./gemini-double.ts";

const headers = { "x-goog-api-key": "k" };
const model = "/v1beta/models/gemini-tiny";
const question = { role: "user", parts: [{ text: "hi you" }] };
const hello = { contents: [question] };
const tools = [{ functionDeclarations: [{ name: "add", parameters: { type: "OBJECT" } }] }];
const toolCalls = [{ id: "call_1", name: "add", arguments: { a: 1 } }];

test("an answer is a candidate of parts, with what it cost", async () => {
  await using gemini = await startGeminiDouble();
  const answer = await ask(`${gemini.url}${model}:generateContent`, hello, headers);
  expect(answer.json).toEqual({
    candidates: [
      { content: { parts: [{ text: "echo: hi you" }], role: "model" }, finishReason: "STOP", index: 0 },
    ],
    usageMetadata: {
      promptTokenCount: 2,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
      candidatesTokenCount: 3,
      totalTokenCount: 5,
    },
    modelVersion: "gemini-tiny",
    responseId: expect.any(String),
  });
});

test("a stream is of whole answers, and only the last says why it ended and what it cost", async () => {
  await using gemini = await startGeminiDouble();
  const { text } = await ask(`${gemini.url}${model}:streamGenerateContent?alt=sse`, hello, headers);
  expect(text).toContain("\r\n\r\n");
  const events = eventsOf(text);
  expect(events).toMatchObject([
    { candidates: [{ content: { parts: [{ text: "echo:" }] } }], usageMetadata: { promptTokenCount: 2 } },
    { candidates: [{ content: { parts: [{ text: " hi" }] } }] },
    { candidates: [{ finishReason: "STOP" }], usageMetadata: { candidatesTokenCount: 3 } },
  ]);
  expect(events[0]).not.toHaveProperty("candidates.0.finishReason");
  await using older = await startGeminiDouble({ finishesEveryChunk: true });
  const each = await ask(`${older.url}${model}:streamGenerateContent?alt=sse`, hello, headers);
  expect(eventsOf(each.text)).toMatchObject(
    [1, 2, 3].map(() => ({ candidates: [{ finishReason: "STOP" }] })),
  );
  const unasked = await ask(`${gemini.url}${model}:streamGenerateContent`, hello, headers);
  expect(unasked.json).toHaveLength(3);
});

test("thoughts are shown when asked for and counted in any case; calls are parts, signed", async () => {
  await using gemini = await startGeminiDouble({
    answer: () => ({ reasoning: "so so", toolCalls, thoughtSignature: "c2ln" }),
  });
  const call = { functionCall: { name: "add", args: { a: 1 } }, thoughtSignature: "c2ln" };
  const asked = { ...hello, tools, generationConfig: { thinkingConfig: { includeThoughts: true } } };
  expect((await ask(`${gemini.url}${model}:generateContent`, asked, headers)).json).toMatchObject({
    candidates: [{ content: { parts: [{ text: "so so", thought: true }, call] }, finishReason: "STOP" }],
    usageMetadata: { thoughtsTokenCount: 2 },
  });
  expect(
    (await ask(`${gemini.url}${model}:generateContent`, { ...hello, tools }, headers)).json,
  ).toMatchObject({
    candidates: [{ content: { parts: [call] } }],
    usageMetadata: { thoughtsTokenCount: 2 },
  });
});

test("a blocked prompt has no candidates, a blocked answer no content", async () => {
  await using prompt = await startGeminiDouble({ answer: () => ({ blocked: "SAFETY" }) });
  const refused = await ask(`${prompt.url}${model}:generateContent`, hello, headers);
  expect(refused.json).toMatchObject({ promptFeedback: { blockReason: "SAFETY" } });
  expect(refused.json).not.toHaveProperty("candidates");
  await using answer = await startGeminiDouble({ answer: () => ({ finishReason: "SAFETY" }) });
  const cut = await ask(`${answer.url}${model}:generateContent`, hello, headers);
  expect(cut.json).toMatchObject({ candidates: [{ finishReason: "SAFETY", safetyRatings: [{}] }] });
  expect(cut.json).not.toHaveProperty("candidates.0.content");
});

test.each([
  ["bare json", 'gemini-tiny","responseId":"xtSfaIRs8_Sf2Q-skYe5Dg"}\r\n\r\n{\n  "error": {'],
  ["event", 'data: {"error":{"code":503'],
] as const)("a stream that breaks says so as %s", async (breaksWith, text) => {
  await using gemini = await startGeminiDouble({ breaksWith, answer: () => ({ breaksAfterTokens: 1 }) });
  const answer = await ask(`${gemini.url}${model}:streamGenerateContent?alt=sse`, hello, headers);
  expect(answer.text).toContain(text);
});

const called = { role: "model", parts: [{ functionCall: { name: "add", args: {} } }] };
const returned = { role: "user", parts: [{ functionResponse: { name: "add", response: { result: 2 } } }] };

test.each<[string, Record<string, unknown>, string]>([
  ["a field of another API", { max_tokens: 1 }, 'Unknown name "max_tokens": Cannot find field.'],
  [
    "JSON Schema where its own is wanted",
    {
      tools: [
        {
          functionDeclarations: [{ name: "f", parameters: { type: "object", additionalProperties: false } }],
        },
      ],
    },
    "Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.",
  ],
  [
    "several types",
    {
      tools: [
        { functionDeclarations: [{ name: "f", parameters: { properties: { a: { type: ["string"] } } } }] },
      ],
    },
    "Unknown name \"type\" at 'tools[0].function_declarations[0].parameters.properties[0].value': Proto field is not repeating, cannot start list.",
  ],
  [
    "a word for a number",
    { generationConfig: { temperature: "hot" } },
    "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"",
  ],
  [
    "another role",
    { contents: [{ ...question, role: "assistant" }] },
    "Please use a valid role: user, model.",
  ],
  ["nothing", { contents: [] }, "contents is not specified"],
  [
    "a turn of nothing",
    { contents: [{ role: "user", parts: [] }] },
    "contents[0].parts: contents.parts must not be empty",
  ],
  [
    "an empty part",
    { contents: [{ role: "user", parts: [{}] }] },
    "contents[0].parts[0].data: required oneof field 'data'",
  ],
  [
    "an image as a data URL",
    { contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: "data:image/png;base64,AA" } }] }] },
    "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed",
  ],
  [
    "a call without its result",
    { contents: [question, called, question] },
    "the number of function response parts is equal",
  ],
  [
    "a call out of nothing",
    { contents: [called, returned] },
    "function call turn comes immediately after a user turn",
  ],
  ["too hot", { generationConfig: { temperature: 3 } }, "temperature must be in the range [0.0, 2.0]"],
])("%s is an invalid argument", async (_fact, more, message) => {
  await using gemini = await startGeminiDouble();
  const answer = await ask(`${gemini.url}${model}:generateContent`, { ...hello, ...more }, headers);
  expect(answer.json).toMatchObject({
    error: { code: 400, status: "INVALID_ARGUMENT", message: expect.stringContaining(message) },
  });
});

test("a call comes back with its signature when the model wants it", async () => {
  await using gemini = await startGeminiDouble({ requiresThoughtSignatures: true });
  const asked = async (parts: unknown[]): Promise<unknown> =>
    (
      await ask(
        `${gemini.url}${model}:generateContent`,
        { contents: [question, { role: "model", parts }, returned] },
        headers,
      )
    ).json;
  expect(await asked(called.parts)).toMatchObject({
    error: { message: expect.stringContaining("missing a thought_signature in functionCall parts") },
  });
  expect(await asked([{ ...called.parts[0], thoughtSignature: "c2ln" }])).toMatchObject({
    candidates: [{ content: { parts: [{ text: 'echo: {"result":2}' }] } }],
  });
});

test("keys, models and quotas are refused as Google refuses them", async () => {
  const error = { kind: "RESOURCE_EXHAUSTED", retryDelaySeconds: 36 } as const;
  await using gemini = await startGeminiDouble({ apiKey: "k", answer: () => ({ error }) });
  const at = `${gemini.url}${model}:generateContent`;
  expect((await ask(at, hello)).json).toMatchObject({ error: { code: 403, status: "PERMISSION_DENIED" } });
  expect((await ask(at, hello, { "x-goog-api-key": "other" })).json).toMatchObject({
    error: { code: 400, details: [{ reason: "API_KEY_INVALID" }, {}] },
  });
  const spent = await ask(at, hello, headers);
  expect(spent.status).toBe(429);
  expect(spent.headers.get("retry-after")).toBeNull();
  expect(spent.json).toMatchObject({
    error: { status: "RESOURCE_EXHAUSTED", details: [{}, { retryDelay: "36s" }] },
  });
  const newer = await ask(at.replace("v1beta", "v1").replace("tiny", "no"), hello, headers);
  expect(newer.json).toMatchObject({ error: { message: expect.stringContaining("for API version v1, or") } });
  const unknown = await ask(`${gemini.url}/v1beta/models/no:streamGenerateContent?alt=sse`, hello, headers);
  expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "text/event-stream"]);
  expect(unknown.json).toMatchObject({ error: { status: "NOT_FOUND" } });
});

test("texts are embedded one by one or together, and models are listed with what they can", async () => {
  await using gemini = await startGeminiDouble();
  const at = `${gemini.url}/v1beta/models`;
  const content = { parts: [{ text: "a" }] };
  const one = await ask(`${at}/embedding-tiny:embedContent`, { content, outputDimensionality: 3 }, headers);
  expect(one.json).toMatchObject({
    embedding: { values: [expect.any(Number), expect.any(Number), expect.any(Number)] },
  });
  const requests = [{ model: "models/embedding-tiny", content }];
  const batch = await ask(`${at}/embedding-tiny:batchEmbedContents`, { requests }, headers);
  expect((batch.json as { embeddings: unknown[] }).embeddings).toHaveLength(1);
  const nameless = await ask(`${at}/embedding-tiny:batchEmbedContents`, { requests: [{ content }] }, headers);
  expect(nameless.status).toBe(400);
  expect((await ask(`${at}?pageSize=1`, undefined, headers)).json).toMatchObject({
    models: [{ name: "models/gemini-tiny", supportedGenerationMethods: ["generateContent", "countTokens"] }],
    nextPageToken: "1",
  });
});
