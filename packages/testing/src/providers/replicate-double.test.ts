import { expect, test } from "vitest";
import {
  type ReplicateDouble,
  type ReplicateDoubleOptions,
  startReplicateDouble,
} from "./replicate-double.ts";

const version = "a".repeat(64);

interface Prediction {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
  readonly urls: { readonly get: string; readonly cancel: string; readonly stream?: string };
}

const headers = { authorization: "Bearer t", "content-type": "application/json" };

const create = (
  double: ReplicateDouble,
  body: unknown,
  more: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${double.url}/v1/predictions`, {
    method: "POST",
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });

const start = async (double: ReplicateDouble, more: Record<string, unknown> = {}): Promise<Prediction> =>
  (await (await create(double, { version, input: { prompt: "a b" }, ...more })).json()) as Prediction;

const look = async (url: string, method = "GET"): Promise<Prediction> =>
  (await (await fetch(url, { method, headers })).json()) as Prediction;

test("a prediction starts, goes on, and has succeeded, with the pieces of its text", async () => {
  await using double = await startReplicateDouble();
  const created = await start(double);
  const seen = [created, await look(created.urls.get), await look(created.urls.get)];
  expect(seen.map((each) => [each.status, each.output])).toEqual([
    ["starting", null],
    ["processing", ["echo:"]],
    ["succeeded", ["echo:", " a", " b"]],
  ]);
  expect(created.urls.stream).toBeUndefined();
});

test.each<[string, ReplicateDoubleOptions, string, unknown]>([
  ["whoever prefers to wait gets it done", {}, "succeeded", ["echo:", " a", " b"]],
  ["unless it takes too long", { isSlow: true }, "starting", null],
  ["the output may be one text", { isOneText: true }, "succeeded", "echo: a b"],
])("%s", async (_, options, status, output) => {
  await using double = await startReplicateDouble(options);
  const answer = await create(double, { version, input: { prompt: "a b" } }, { prefer: "wait=5" });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ status, output });
});

test("a model of Replicate's own needs no version", async () => {
  await using double = await startReplicateDouble({ models: ["meta/llama"] });
  const answers = [];
  for (const model of ["meta/llama", "no/such"]) {
    const body = JSON.stringify({ input: { prompt: "a" } });
    const answer = await fetch(`${double.url}/v1/models/${model}/predictions`, {
      method: "POST",
      headers,
      body,
    });
    const { version: told, detail } = (await answer.json()) as { version?: string; detail?: string };
    answers.push([answer.status, told, detail]);
  }
  expect(answers).toEqual([
    [201, "hidden", undefined],
    [404, undefined, "The requested resource could not be found."],
  ]);
});

test.each<[string, ReplicateDoubleOptions, unknown, Record<string, string>, number, unknown]>([
  [
    "a wrong token",
    { token: "other" },
    {},
    {},
    401,
    { title: "Unauthenticated", detail: "You did not pass a valid authentication token" },
  ],
  [
    "no version",
    {},
    { input: {} },
    {},
    422,
    { title: "Input validation failed", detail: "- version is required\n" },
  ],
  [
    "a version that is none",
    {},
    { version: "latest", input: {} },
    {},
    422,
    { title: "Invalid version or not permitted" },
  ],
  [
    "no prompt",
    {},
    { version, input: {} },
    {},
    422,
    {
      detail: "- input: prompt is required\n",
      invalid_fields: [{ type: "required", field: "input", description: "prompt is required" }],
    },
  ],
  [
    "no credit",
    { fault: () => ({ kind: "status", status: 402 }) },
    { version, input: { prompt: "a" } },
    {},
    402,
    { title: "Insufficient credit" },
  ],
  [
    "too many",
    { fault: () => ({ kind: "status", status: 429, retryAfterSeconds: 7 }) },
    { version, input: { prompt: "a" } },
    {},
    429,
    {
      detail: "Request was throttled. Your rate limit resets in ~7s.",
      retry_after: 7,
    },
  ],
])("%s is refused", async (_, options, body, more, status, problem) => {
  await using double = await startReplicateDouble(options);
  const answer = await create(double, body, more);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
  expect(await answer.json()).toMatchObject({ ...(problem as object), status });
});

test("no token at all has words of its own", async () => {
  await using double = await startReplicateDouble();
  const answer = await fetch(`${double.url}/v1/predictions`, { method: "POST", body: "{}" });
  expect(await answer.json()).toMatchObject({ detail: "You did not pass an authentication token" });
});

test.each(["create", "get"] as const)("one answer may be no JSON: to %s", async (at) => {
  await using double = await startReplicateDouble({
    fault: (index) => (index === 0 ? { kind: "not_json", at } : undefined),
  });
  const body = { version, input: { prompt: "a" } };
  const created = await create(double, body);
  const answer =
    at === "create" ? created : await fetch(((await created.json()) as Prediction).urls.get, { headers });
  await expect(answer.json()).rejects.toThrow(SyntaxError);
  expect((await create(double, body)).headers.get("content-type")).toBe("application/json");
});

const stream = async (prediction: Prediction, more: Record<string, string> = {}): Promise<string> =>
  (await fetch(prediction.urls.stream ?? "", { headers: { accept: "text/event-stream", ...more } })).text();

test("a stream is on another origin, wants no token, and goes on behind what was seen", async () => {
  await using double = await startReplicateDouble({ pieceBytes: 1 });
  const prediction = await start(double, { stream: true, input: { prompt: "ä\nb" } });
  expect(new URL(prediction.urls.stream ?? "").origin).not.toBe(double.url);
  const last =
    "event: output\nid: 1767323045:2\ndata: \ndata: b\n\nevent: done\nid: 1767323045:3\ndata: {}\n\n";
  expect(await stream(prediction)).toBe(
    `event: output\nid: 1767323045:0\ndata: echo:\n\nevent: output\nid: 1767323045:1\ndata:  ä\n\n${last}`,
  );
  expect(await stream(prediction, { "last-event-id": "1767323045:1" })).toBe(last);
  expect((await look(prediction.urls.get)).status).toBe("succeeded");
});

test("a model that fails says so in its stream and when looked at", async () => {
  await using double = await startReplicateDouble({
    fault: () => ({ kind: "error", afterPieces: 1, message: "CUDA out of memory" }),
  });
  const prediction = await start(double, { stream: true });
  expect((await stream(prediction)).split("\n\n").slice(1, 3)).toEqual([
    'event: error\nid: 1767323045:1\ndata: {"detail":"CUDA out of memory"}',
    'event: done\nid: 1767323045:2\ndata: {"reason":"error"}',
  ]);
  expect(await look(prediction.urls.get)).toMatchObject({ status: "failed", error: "CUDA out of memory" });
});

test("canceling ends the stream", async () => {
  await using double = await startReplicateDouble({ fault: () => ({ kind: "stall", afterPieces: 1 }) });
  const prediction = await start(double, { stream: true });
  const text = stream(prediction);
  expect((await look(prediction.urls.cancel, "POST")).status).toBe("canceled");
  expect(await text).toContain('data: {"reason":"canceled"}');
});

test("a model that cannot stream gives no address for it", async () => {
  await using double = await startReplicateDouble({ streams: false });
  expect((await start(double, { stream: true })).urls.stream).toBeUndefined();
});
