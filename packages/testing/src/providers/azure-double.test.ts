import { expect, test } from "vitest";
import { startAzureDouble } from "./azure-double.ts";
import { ask, eventsOf } from "./double-client.ts";

const headers = { "api-key": "k" };
const hello = { messages: [{ role: "user", content: "hi you" }] };
const path = "/openai/deployments/chat/chat/completions";
const version = "?api-version=2024-10-21";

test("a deployment answers under its path, without a model in the body, and judges prompt and text", async () => {
  await using azure = await startAzureDouble();
  expect((await ask(`${azure.url}${path}${version}`, hello, headers)).json).toMatchObject({
    model: "gpt-tiny",
    choices: [
      { message: { content: "echo: hi you" }, content_filter_results: { hate: { filtered: false } } },
    ],
    prompt_filter_results: [{ prompt_index: 0 }],
  });
});

test("a stream begins with an event that has no choices", async () => {
  await using azure = await startAzureDouble();
  const { text } = await ask(`${azure.url}${path}${version}`, { ...hello, stream: true }, headers);
  expect(eventsOf(text)).toMatchObject([
    { id: "", object: "", choices: [], prompt_filter_results: [{}] },
    { choices: [{ delta: { role: "assistant" }, content_filter_results: {} }] },
    { choices: [{ delta: { content: "echo:" }, content_filter_results: { hate: { severity: "safe" } } }] },
    {},
    {},
    { choices: [{ delta: {}, finish_reason: "stop" }] },
    "[DONE]",
  ]);
});

test("a filter that runs behind sends a choice without a delta", async () => {
  await using azure = await startAzureDouble({ asynchronousFilter: true });
  const { text } = await ask(`${azure.url}${path}${version}`, { ...hello, stream: true }, headers);
  const late = eventsOf(text).at(-2);
  expect(late).toMatchObject({ object: "", choices: [{ content_filter_offsets: { check_offset: 44 } }] });
  expect(late).not.toHaveProperty("choices.0.delta");
});

test("the newer form takes the deployment as model, and no version", async () => {
  await using azure = await startAzureDouble();
  const at = `${azure.url}/openai/v1`;
  const answer = await ask(`${at}/chat/completions`, { ...hello, model: "chat" }, headers);
  expect(answer.json).toMatchObject({ model: "gpt-tiny" });
  const unknown = await ask(`${at}/chat/completions`, { ...hello, model: "no" }, headers);
  expect(unknown.json).toMatchObject({ error: { code: "DeploymentNotFound" } });
  expect((await ask(`${at}/models`, undefined, headers)).json).toMatchObject({ data: [{ id: "chat" }] });
});

test.each<[string, string, Record<string, string>, number, string]>([
  ["no version", path, headers, 404, "404"],
  [
    "an unknown deployment",
    `/openai/deployments/no/chat/completions${version}`,
    headers,
    404,
    "DeploymentNotFound",
  ],
  ["no key", `${path}${version}`, {}, 401, "401"],
  ["another key", `${path}${version}`, { "api-key": "other" }, 401, "401"],
])("%s is refused", async (_fact, url, given, status, code) => {
  await using azure = await startAzureDouble({ apiKey: "k" });
  const answer = await ask(`${azure.url}${url}`, hello, given);
  expect([answer.status, answer.json]).toMatchObject([status, { error: { code } }]);
});

test.each([
  ["2024-08-01-preview", 400],
  ["2024-09-01-preview", 200],
  ["2024-10-21", 400],
  ["2025-04-01-preview", 200],
])("version %s answers `max_completion_tokens` with %i", async (apiVersion, status) => {
  await using azure = await startAzureDouble();
  const body = { ...hello, max_completion_tokens: 9 };
  expect((await ask(`${azure.url}${path}?api-version=${apiVersion}`, body, headers)).status).toBe(status);
});

test("a bearer token does as well as a key", async () => {
  await using azure = await startAzureDouble({ apiKey: "k" });
  expect((await ask(`${azure.url}${path}${version}`, hello, { authorization: "Bearer k" })).status).toBe(200);
});

test("a filtered prompt and a rate limit are told as Azure tells them", async () => {
  await using filtered = await startAzureDouble({ answer: () => ({ error: { kind: "content_filter" } }) });
  expect((await ask(`${filtered.url}${path}${version}`, hello, headers)).json).toMatchObject({
    error: {
      code: "content_filter",
      status: 400,
      innererror: {
        code: "ResponsibleAIPolicyViolation",
        content_filter_result: { violence: { filtered: true } },
      },
    },
  });
  const error = { kind: "rate_limited", retryAfterMs: 1500 } as const;
  await using busy = await startAzureDouble({ answer: () => ({ error }) });
  const answer = await ask(`${busy.url}${path}${version}`, hello, headers);
  expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("retry-after-ms")]).toEqual([
    429,
    "2",
    "1500",
  ]);
});
