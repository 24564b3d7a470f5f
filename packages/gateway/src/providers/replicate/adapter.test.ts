import { systemClock } from "@berth/std/clock";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { json } from "@berth/testing/fake-model-server-script";
import {
  type ReplicateDouble,
  type ReplicateDoubleOptions,
  startReplicateDouble,
} from "@berth/testing/providers/replicate-double";
import { describe, expect, test } from "vitest";
import { call, eventually, provider, type Rig, startRig } from "../../gateway-rig.ts";

const version = "a".repeat(64);
const model = `meta/llama:${version}`;
/** Fifty times as fast, so that nobody waits for those who are looked at. */
const clock = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 50, signal),
};

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly double: ReplicateDouble;
  readonly ask: (body?: object) => ReturnType<typeof call>;
}

async function world(
  options: ReplicateDoubleOptions = {},
  upstream: Parameters<typeof provider>[0] = {},
): Promise<World> {
  const double = await startReplicateDouble({ token: "the-token", ...options });
  const rig = await startRig({ clock });
  const target = {
    kind: "replicate",
    url: `${double.url}/v1`,
    auth: { kind: "header", name: "authorization", value: "Bearer the-token" },
    ...upstream.target,
  } as const;
  rig.routes.route("llama", [provider({ model, ...upstream, target })], { retries: 0 });
  return {
    rig,
    double,
    ask: (body) => call(rig.port, { body: { model: "llama", messages: [user("a b")], ...body } }),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

const user = (content: string) => ({ role: "user", content });

const sent = ({ double }: World, at = 0): Record<string, unknown> =>
  JSON.parse(double.received[at]!.body.toString()) as Record<string, unknown>;

const content = (text: string): unknown =>
  (JSON.parse(text) as { choices: [{ message: { content: unknown } }] }).choices[0].message.content;

const deltas = (text: string): string[] =>
  [...text.matchAll(/"delta":\{[^}]*"content":"([^"]*)"/g)]
    .map((each) => each[1]!)
    .filter((each) => each !== "");

const canceled = ({ double }: World) =>
  eventually(() => double.received.find(({ url }) => url.endsWith("/cancel")), "it is canceled");

describe("an answer", () => {
  test.for<[string, ReplicateDoubleOptions]>([
    ["of pieces", {}],
    ["of one text", { isOneText: true }],
    [
      "behind one page of something else when it is created",
      { fault: only(0, { kind: "not_json", at: "create" }) },
    ],
    [
      "behind one page of something else when it is looked at",
      { fault: () => ({ kind: "not_json", at: "get" }) },
    ],
  ])("%s is looked at until it is there", async ([, options]) => {
    await using one = await world(options);
    const called = await one.ask();
    expect(content(called.text)).toBe("echo: a b");
    expect(called.text).toContain('"finish_reason":"stop"');
  });

  test.for<[string, ReplicateDoubleOptions]>([
    ["from another host, byte by byte", { pieceBytes: 1 }],
    ["by looks where the model has no stream", { streams: false }],
  ])("streams %s", async ([, options]) => {
    await using one = await world(options);
    const called = await one.ask({ stream: true });
    expect(deltas(called.text).join("")).toBe("echo: a b");
    expect(called.text.endsWith("data: [DONE]\n\n")).toBe(true);
    for (const { headers } of one.double.streamReceived) expect(headers).not.toHaveProperty("authorization");
  });

  test("to a prompt is a text completion", async () => {
    await using one = await world();
    const called = await call(one.rig.port, {
      path: "/v1/completions",
      body: { model: "llama", prompt: "x" },
    });
    expect(JSON.parse(called.text)).toMatchObject({
      object: "text_completion",
      choices: [{ text: "echo: x" }],
    });
    expect(sent(one)).toMatchObject({ version, input: { prompt: "x", prompt_template: "{prompt}" } });
  });

  test("ends at a stop string, and the rest is not paid for", async () => {
    await using one = await world({ fault: () => ({ kind: "stall", afterPieces: 2 }) });
    const called = await one.ask({ stream: true, stop: [" a"] });
    expect(deltas(called.text).join("")).toBe("echo:");
    await canceled(one);
  });
});

function only<T>(at: number, fault: T): (index: number) => T | undefined {
  return (index) => (index === at ? fault : undefined);
}

describe("what is asked", () => {
  const conversation = [
    { role: "system", content: "s" },
    user("1"),
    { role: "assistant", content: "2" },
    user("3"),
  ];
  test.for<[string, Parameters<typeof provider>[0], object, object]>([
    [
      "goes under the names that models have for it",
      {},
      { max_tokens: 7, temperature: 0, top_p: 0.5, top_k: 3, seed: 1, stop: ["x", "a,b"] },
      {
        prompt: "a b",
        max_tokens: 7,
        max_new_tokens: 7,
        max_length: 7,
        max_completion_tokens: 7,
        temperature: 0.01,
        top_p: 0.5,
        top_k: 3,
        seed: 1,
        stop_sequences: "x",
      },
    ],
    [
      "may have a system prompt",
      {},
      { messages: conversation.filter((_, at) => at !== 1 && at !== 2) },
      { prompt: "3", system_prompt: "s" },
    ],
    [
      "is rendered where somebody has said how",
      { prompt: { kind: "type", name: "human_bot" } },
      { messages: conversation.slice(1) },
      {
        prompt: "<human>: 1\n<bot>: 2\n<human>: 3\n<bot>:",
        prompt_template: "{prompt}",
        stop_sequences: expect.stringContaining("<human>:"),
      },
    ],
    [
      "is messages where the model takes them",
      { target: { options: { chat: true } } },
      { messages: conversation },
      { messages: conversation },
    ],
  ])("%s", async ([, upstream, body, input]) => {
    await using one = await world({ streams: false }, upstream);
    await one.ask(body);
    expect(sent(one)["input"]).toEqual(input);
  });

  test.for<[string, object, string]>([
    ["a conversation that nobody has said how to write", { messages: conversation }, "messages"],
    ["tools", { tools: [{ type: "function", function: { name: "f" } }] }, "tools"],
    ["several answers", { n: 2 }, "n"],
    [
      "an image",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] },
      "messages[0].content[0].type",
    ],
  ])("is refused where there are no words for it: %s", async ([, body, param]) => {
    await using one = await world();
    const called = await one.ask(body);
    expect(JSON.parse(called.text)).toMatchObject({ error: { code: "unsupported", param } });
    expect(one.double.received).toHaveLength(0);
  });

  test("of a model without a version goes to the model", async () => {
    await using one = await world({}, { model: "meta/llama" });
    await one.ask();
    expect(one.double.received[0]!.url).toBe("/v1/models/meta/llama/predictions");
    expect(sent(one)).not.toHaveProperty("version");
  });
});

describe("a failure", () => {
  test.for<[string, ReplicateDoubleOptions, Parameters<typeof provider>[0], number, string]>([
    [
      "of the model",
      { fault: () => ({ kind: "error", afterPieces: 1, message: "CUDA out of memory" }) },
      {},
      502,
      "CUDA out of memory",
    ],
    [
      "for want of credit",
      { fault: () => ({ kind: "status", status: 402 }) },
      {},
      502,
      "berth provider test acme",
    ],
    [
      "for too many requests",
      { fault: () => ({ kind: "status", status: 429, retryAfterSeconds: 7 }) },
      {},
      429,
      "throttled",
    ],
    ["of a wrong token", { token: "other" }, {}, 502, "berth provider test acme"],
    ["of an unknown version", { versions: [] }, {}, 502, "does not have this model"],
    ["of an unknown model", { models: [] }, { model: "no/such" }, 502, "does not have this model"],
    ["of a missing input", {}, { target: { options: { chat: true } } }, 400, "prompt is required"],
    [
      "of two pages of something else",
      { fault: () => ({ kind: "not_json", at: "create" }) },
      {},
      502,
      "no prediction",
    ],
  ])("%s is told as what it is", async ([, options, upstream, status, message]) => {
    await using one = await world(options, upstream);
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([status, expect.stringContaining(message)]);
    expect(called.text).not.toContain("the-token");
    expect(called.headers["retry-after"]).toBe(status === 429 ? "7" : undefined);
  });

  test.for<[string, ReplicateDoubleOptions]>([
    ["of the model", { fault: () => ({ kind: "error", afterPieces: 1, message: "CUDA out of memory" }) }],
    ["of the connection", { fault: () => ({ kind: "reset", afterPieces: 1 }) }],
    ["to say the end", { fault: () => ({ kind: "end", afterPieces: 1 }) }],
  ])("in a stream %s is never an end", async ([, options]) => {
    await using one = await world(options);
    const called = await one.ask({ stream: true });
    expect(called.text).not.toContain("[DONE]");
    expect(called.text).not.toContain('"finish_reason":"stop"');
  });
});

describe("a prediction is canceled when", () => {
  test.for([true, false])("the client leaves, streamed: %s", async (stream) => {
    await using one = await world({ fault: () => ({ kind: "stall", afterPieces: 1 }) });
    const leaving = new AbortController();
    const called = call(one.rig.port, {
      body: { model: "llama", messages: [user("a b")], stream },
      signal: leaving.signal,
    }).catch(() => undefined);
    await eventually(
      () => one.double.received.length + one.double.streamReceived.length >= 2,
      "it is under way",
    );
    leaving.abort();
    await canceled(one);
    await called;
    expect(one.rig.reported).toEqual([]);
  });

  test("it takes longer than the provider may", async () => {
    await using one = await world(
      { fault: () => ({ kind: "stall", afterPieces: 0 }) },
      { target: { connectMs: 20, firstTokenMs: 80 } },
    );
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([504, expect.stringContaining("0.08 s")]);
    await canceled(one);
  });
});

test("a prediction does not send the token, or anything, to another server", async () => {
  const elsewhere = await startFakeModelServer({ script: () => json({}) });
  const get = `${elsewhere.url}/v1/predictions/p1`;
  const urls = { get, cancel: `${get}/cancel` };
  const server = await startFakeModelServer({
    script: () => json({ id: "p1", status: "starting", output: null, error: null, urls }),
  });
  await using one = await world({}, { target: { url: `${server.url}/v1` } });
  const called = await one.ask();
  expect([called.status, called.text.includes("another server")]).toEqual([502, true]);
  expect(elsewhere.received).toEqual([]);
  await Promise.all([server.close(), elsewhere.close()]);
});
