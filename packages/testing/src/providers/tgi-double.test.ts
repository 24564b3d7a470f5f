import { expect, test } from "vitest";
import { ask, eventsOf } from "./double-client.ts";
import { startTgiDouble } from "./tgi-double.ts";

const stream = { details: true, max_new_tokens: 5 };

test("POST / answers with a list of one, /generate with an object, and / gives the prompt back", async () => {
  await using tgi = await startTgiDouble();
  const body = { inputs: "hello there" };
  expect((await ask(`${tgi.url}/`, body)).json).toEqual([{ generated_text: "hello thereecho: hello there" }]);
  expect((await ask(`${tgi.url}/generate`, body)).json).toEqual({ generated_text: "echo: hello there" });
  expect(tgi.received.map(({ path, json }) => [path, json])).toEqual([
    ["/", body],
    ["/generate", body],
  ]);
});

test("a stream is one event a token, the last with the whole text, and no [DONE]", async () => {
  await using tgi = await startTgiDouble();
  const answer = await ask(`${tgi.url}/generate_stream`, { inputs: "hi you", parameters: stream });
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  expect(eventsOf(answer.text)).toMatchObject([
    { index: 1, token: { text: "echo:", special: false }, generated_text: null, details: null },
    { index: 2, token: { text: " hi" } },
    { index: 3, token: { text: " you" } },
    {
      index: 4,
      token: { text: "</s>", special: true },
      generated_text: "echo: hi you",
      details: { finish_reason: "eos_token", generated_tokens: 4, input_length: 2 },
    },
  ]);
});

test("details are null unless asked for, and what stops the text stays in it", async () => {
  await using tgi = await startTgiDouble({ answer: () => ({ text: "one two ### three" }) });
  const answer = await ask(`${tgi.url}/`, {
    inputs: "x",
    stream: true,
    parameters: { stop: ["###"], return_full_text: false },
  });
  expect(eventsOf(answer.text).at(-1)).toMatchObject({
    token: { text: " ###" },
    generated_text: "one two ###",
    details: null,
  });
});

test("an old server puts no space after data:, and calls its limit by another name", async () => {
  await using tgi = await startTgiDouble({ old: true, maxInputTokens: 7 });
  expect((await ask(`${tgi.url}/generate_stream`, { inputs: "hi" })).text).toMatch(/^data:\{"index":1/);
  expect((await ask(`${tgi.url}/info`)).json).toMatchObject({ max_input_length: 7 });
});

test.each<[string, Record<string, unknown>, string]>([
  ["too many stops", { stop: ["a", "b", "c", "d", "e"] }, "`stop` supports up to 4 stop sequences. Given: 5"],
  ["no temperature", { temperature: 0 }, "`temperature` must be strictly positive"],
  ["a top_p of 1", { top_p: 1 }, "`top_p` must be > 0.0 and < 1.0"],
  ["nothing to generate", { max_new_tokens: 0 }, "`max_new_tokens` must be strictly positive"],
  [
    "more than fits",
    { max_new_tokens: 9 },
    "`inputs` tokens + `max_new_tokens` must be <= 10. Given: 2 `inputs` tokens and 9 `max_new_tokens`",
  ],
])("%s is a 422, and on a stream an event of a 200", async (_fact, parameters, message) => {
  await using tgi = await startTgiDouble({ maxTotalTokens: 10 });
  const error = { error: `Input validation error: ${message}`, error_type: "validation" };
  const whole = await ask(`${tgi.url}/generate`, { inputs: "a b", parameters });
  expect([whole.status, whole.json]).toEqual([422, error]);
  const streamed = await ask(`${tgi.url}/generate_stream`, { inputs: "a b", parameters });
  expect([streamed.status, eventsOf(streamed.text)]).toEqual([200, [error]]);
});

test.each<[string, unknown, string]>([
  ["no inputs", {}, "missing field `inputs`"],
  ["messages for inputs", { inputs: [] }, "inputs: invalid type"],
  ["null for a flag", { inputs: "x", parameters: { do_sample: null } }, "parameters.do_sample: invalid type"],
])("%s does not deserialize: 422 in plain text", async (_fact, body, message) => {
  await using tgi = await startTgiDouble();
  const answer = await ask(`${tgi.url}/generate`, body);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(message);
});

test.each([
  ["overloaded", 429, { error: "Model is overloaded", error_type: "overloaded" }],
  ["incomplete_generation", 500, { error: "Incomplete generation", error_type: "incomplete_generation" }],
] as const)("%s is told with its status", async (fails, status, body) => {
  await using tgi = await startTgiDouble({ answer: () => ({ fails }) });
  const answer = await ask(`${tgi.url}/generate`, { inputs: "x" });
  expect([answer.status, answer.json]).toEqual([status, body]);
});

test("a model that breaks ends the stream with an error event", async () => {
  await using tgi = await startTgiDouble({ answer: () => ({ text: "a b c", breaksAfterTokens: 1 }) });
  const events = eventsOf((await ask(`${tgi.url}/generate_stream`, { inputs: "x" })).text);
  expect(events).toMatchObject([{ token: { text: "a" } }, { error_type: "generation" }]);
});

test("a bearer key guards what generates, a proxy's Basic guards all", async () => {
  await using own = await startTgiDouble({ access: { kind: "bearer", secret: "k" } });
  expect((await ask(`${own.url}/generate`, { inputs: "x" })).status).toBe(401);
  expect((await ask(`${own.url}/generate`, { inputs: "x" }, { authorization: "Bearer k" })).status).toBe(200);
  expect((await ask(`${own.url}/info`)).status).toBe(200);
  await using proxied = await startTgiDouble({ access: { kind: "basic", secret: "user:pass" } });
  expect((await ask(`${proxied.url}/info`)).status).toBe(401);
  expect((await ask(`${proxied.url}/info`, undefined, { authorization: "Basic dXNlcjpwYXNz" })).status).toBe(
    200,
  );
});

test("health is empty when well", async () => {
  let healthy = true;
  await using tgi = await startTgiDouble({ healthy: () => healthy });
  const well = await ask(`${tgi.url}/health`);
  expect([well.status, well.text]).toEqual([200, ""]);
  healthy = false;
  const ill = await ask(`${tgi.url}/health`);
  expect([ill.status, ill.json]).toEqual([503, { error: "unhealthy", error_type: "healthcheck" }]);
});
