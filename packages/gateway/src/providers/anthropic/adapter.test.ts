import { startAnthropicDouble } from "@berth/testing/providers/anthropic-double";
import { expect, test } from "vitest";
import { call, eventually, provider, startRig } from "../../gateway-rig.ts";
import type { ThinkingBlock, ToolCall } from "../../openai/shapes.ts";
import { chunksOf, completionOf } from "../test/ask-provider.ts";
import { anthropic } from "./adapter.ts";

const auth = { kind: "header", name: "x-api-key", value: "k" } as const;

test.each(["https://api.anthropic.com", "https://proxy.example/anthropic/v1"])(
  "under %s, who speaks the API has its bytes passed through",
  (url) => {
    const upstream = provider({ target: { kind: "anthropic", url, auth } });
    const paths = (["anthropic.messages", "anthropic.count_tokens"] as const).map((operation) => {
      const plan = anthropic.plan(operation, upstream, "/v1/messages");
      expect(plan).toMatchObject({
        kind: "passthrough",
        namesModel: true,
        countsStreams: false,
        headers: ["x-api-key", "k", "anthropic-version", "2023-06-01"],
      });
      return plan?.kind === "passthrough" ? new URL(url + plan.path).pathname : "";
    });
    expect(paths.map((path) => path.replace("/anthropic", ""))).toEqual([
      "/v1/messages",
      "/v1/messages/count_tokens",
    ]);
  },
);

test.each([
  [undefined, "2023-06-01", 200],
  ["2026-10-21", "2026-10-21", 400],
])("where the provider's own version is %s, it is spoken to in %s", async (set, told, status) => {
  await using double = await startAnthropicDouble();
  await using rig = await startRig();
  const options = set === undefined ? {} : { headers: { "Anthropic-Version": set } };
  const target = { kind: "anthropic", url: double.url, auth, options } as const;
  rig.routes.route("chat", [provider({ model: "claude-tiny", target })]);
  const body = { model: "chat", messages: [{ role: "user", content: "Hi" }] };
  expect((await call(rig.port, { body })).status).toBe(200);
  expect(double.received[0]?.headers["anthropic-version"]).toBe(told);
  expect((await call(rig.port, { body: { ...body, temperature: 0.5 } })).status).toBe(status);
});

test("there is nothing like an embedding", () => {
  expect(anthropic.plan("embeddings", provider(), "/v1/embeddings")).toBeUndefined();
});

test.each([false, true])(
  "thoughts go back sealed with the calls that they led to; streamed: %s",
  async (stream) => {
    await using double = await startAnthropicDouble({
      answer: (_request, index) =>
        index === 0
          ? { reasoning: "hm hm", toolCalls: [{ id: "toolu_1", name: "weather", arguments: { a: 1 } }] }
          : { text: "Rain." },
    });
    await using rig = await startRig();
    const upstream = provider({
      model: "claude-tiny",
      target: { kind: "anthropic", url: double.url, auth },
      defaults: { reasoning_effort: "low" },
    });
    rig.routes.route("chat", [upstream]);
    const question = { role: "user", content: "What weather?" };
    const weather = { type: "function", function: { name: "weather", parameters: { type: "object" } } };
    const request = { model: "chat", tools: [weather] };
    const first = await call(rig.port, { body: { ...request, messages: [question], stream } });
    let thoughts: readonly ThinkingBlock[] = [];
    let calls: readonly ToolCall[] = [];
    if (stream) {
      const deltas = chunksOf(first).flatMap(({ choices }) => choices.map(({ delta }) => delta));
      thoughts = deltas.flatMap(({ thinking_blocks: blocks }) => blocks ?? []);
      const pieces = deltas.flatMap(({ tool_calls: some }) => some ?? []);
      const args = pieces.map(({ function: piece }) => piece?.arguments ?? "").join("");
      calls = [{ id: pieces[0]?.id ?? "", type: "function", function: { name: "weather", arguments: args } }];
    } else {
      const message = completionOf(first).choices[0]?.message;
      thoughts = message?.thinking_blocks ?? [];
      calls = message?.tool_calls ?? [];
    }
    const messages = [
      question,
      { role: "assistant", content: null, thinking_blocks: thoughts, tool_calls: calls },
      { role: "tool", tool_call_id: "toolu_1", content: "it rains" },
    ];
    const second = await call(rig.port, { body: { ...request, messages } });
    expect(completionOf(second).choices[0]?.message.content).toBe("Rain.");
    expect(double.received[1]?.json).toMatchObject({
      messages: [
        {},
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm hm", signature: "c2lnbmVk" },
            { type: "tool_use", id: "toolu_1", name: "weather", input: { a: 1 } },
          ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1" }] },
      ],
    });
  },
);

test("what was read from the cache and written to it is counted into the input", async () => {
  await using double = await startAnthropicDouble({ answer: () => ({ cached: { created: 1, read: 2 } }) });
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ model: "claude-tiny", target: { kind: "anthropic", url: double.url, auth } }),
  ]);
  const messages = [{ role: "user", content: "one two three four five" }];
  for (const stream of [false, true]) await call(rig.port, { body: { model: "chat", messages, stream } });
  await eventually(() => rig.usage.length === 2, "both are recorded");
  for (const { tokens } of rig.usage)
    expect(tokens).toMatchObject({ inputTokens: 5, cachedTokens: 2, cacheWriteTokens: 1, outputTokens: 6 });
});

test("a prompt that does not fit goes to a model that reads more", async () => {
  await using small = await startAnthropicDouble({ contextTokens: 3 });
  await using big = await startAnthropicDouble();
  await using rig = await startRig();
  const target = (url: string, providerId: string) => ({ kind: "anthropic", url, auth, providerId }) as const;
  rig.routes.route("chat", [
    provider({ id: "one/a", model: "claude-tiny", contextTokens: 3, target: target(small.url, "prv-1") }),
    provider({ id: "two/b", model: "claude-tiny", target: target(big.url, "prv-2") }),
  ]);
  const messages = [{ role: "user", content: "one two three four five" }];
  expect((await call(rig.port, { body: { model: "chat", messages } })).status).toBe(200);
  expect([small.received.length, big.received.length]).toEqual([1, 1]);
});

test("a stream that its client leaves is counted by its size", async () => {
  const words = 40;
  await using double = await startAnthropicDouble({
    answer: () => ({ text: "word ".repeat(100) }),
    fault: () => ({ kind: "stall", after: 3 + words }),
  });
  await using rig = await startRig();
  const upstream = provider({ model: "claude-tiny", target: { kind: "anthropic", url: double.url, auth } });
  rig.routes.route("chat", [upstream]);
  const client = new AbortController();
  let seen = 0;
  const left = call(rig.port, {
    body: { model: "chat", messages: [{ role: "user", content: "Hi" }], stream: true },
    signal: client.signal,
    onPiece: (piece) => {
      seen += piece.toString().match(/^data:/gm)?.length ?? 0;
      if (seen === words) client.abort();
    },
  }).catch(() => undefined);
  const row = await eventually(() => rig.usage[0], "it is recorded");
  await left;
  expect(row).toMatchObject({
    outcome: "client_closed",
    tokensFrom: "estimate",
    tokens: { outputTokens: words },
  });
});
