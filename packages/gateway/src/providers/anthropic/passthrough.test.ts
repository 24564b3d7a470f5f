import { startAnthropicDouble } from "@berth/testing/providers/anthropic-double";
import { expect, test } from "vitest";
import { call, eventually, provider, startRig } from "../../gateway-rig.ts";

const auth = { kind: "header", name: "x-api-key", value: "an-anthropic-key" } as const;
const long = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(" ");
const request = {
  model: "chat",
  max_tokens: 8_000,
  messages: [{ role: "user", content: "one two three four" }],
};

test.each(["whole", "output only"] as const)(
  "a stream of messages passes as it is, and what it used is recorded though its end tells %s",
  async (deltaUsage) => {
    await using double = await startAnthropicDouble({
      deltaUsage,
      answer: () => ({ text: long, cached: { created: 1, read: 2 } }),
    });
    await using rig = await startRig();
    const upstream = provider({
      model: "claude-tiny",
      target: { kind: "anthropic", url: double.url, auth },
    });
    rig.routes.route("chat", [upstream]);
    const called = await call(rig.port, { path: "/v1/messages", body: { ...request, stream: true } });
    expect(called).toMatchObject({ status: 200, complete: true });
    expect(called.text.length).toBeGreaterThan(100_000);
    expect(called.text).toMatch(/^event: message_start\n[\s\S]*event: message_stop\n.*\n\n$/);
    expect(double.received[0]?.json).toEqual({ ...request, model: "claude-tiny", stream: true });
    expect(double.received[0]?.headers).toMatchObject({
      "x-api-key": "an-anthropic-key",
      "anthropic-version": "2023-06-01",
    });
    const row = await eventually(() => rig.usage[0], "it is recorded");
    expect(row).toMatchObject({
      tokensFrom: "upstream",
      tokens: { inputTokens: 4, cachedTokens: 2, cacheWriteTokens: 1, outputTokens: 2_000 },
    });
  },
);

test("who speaks a later version of the API is answered in it", async () => {
  await using double = await startAnthropicDouble();
  await using rig = await startRig();
  const target = { kind: "anthropic", url: double.url, auth } as const;
  rig.routes.route("chat", [provider({ model: "claude-tiny", target })]);
  const ask = (more: object) =>
    call(rig.port, {
      path: "/v1/messages",
      headers: { "anthropic-version": "2026-10-21" },
      body: { ...request, ...more },
    });
  expect((await ask({})).status).toBe(200);
  expect(double.received[0]?.headers["anthropic-version"]).toBe("2026-10-21");
  const sampled = await ask({ temperature: 1 });
  expect(sampled.status).toBe(400);
  expect(sampled.text).toContain("temperature: Extra inputs are not permitted");
});

test("a stream that breaks off is told as such, and counted as far as it is known", async () => {
  await using double = await startAnthropicDouble({
    answer: () => ({ text: long, cached: { created: 1, read: 2 } }),
    fault: () => ({ kind: "end", after: 300 }),
  });
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ model: "claude-tiny", target: { kind: "anthropic", url: double.url, auth } }),
  ]);
  const called = await call(rig.port, { path: "/v1/messages", body: { ...request, stream: true } });
  expect(called).toMatchObject({ status: 200, complete: false });
  const row = await eventually(() => rig.usage[0], "it is recorded");
  expect(row).toMatchObject({ tokensFrom: "estimate", tokens: { inputTokens: 4, cachedTokens: 2 } });
  expect(row.tokens.outputTokens).toBeGreaterThan(100);
});

test("the next of a route is asked when a stream begins with an error", async () => {
  await using first = await startAnthropicDouble({ answer: () => ({ text: "a", breaksAfterTokens: 0 }) });
  await using second = await startAnthropicDouble();
  await using rig = await startRig();
  const target = (url: string, providerId: string) => ({ kind: "anthropic", url, auth, providerId }) as const;
  rig.routes.route("chat", [
    provider({ id: "one/a", model: "claude-tiny", target: target(first.url, "prv-1") }),
    provider({ id: "two/b", model: "claude-tiny", target: target(second.url, "prv-2") }),
  ]);
  const called = await call(rig.port, { path: "/v1/messages", body: { ...request, stream: true } });
  expect(called.text).toContain("echo:");
});

test("tokens are counted by the provider", async () => {
  await using double = await startAnthropicDouble();
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({ model: "claude-tiny", target: { kind: "anthropic", url: double.url, auth } }),
  ]);
  const { model, messages } = request;
  const called = await call(rig.port, { path: "/v1/messages/count_tokens", body: { model, messages } });
  expect(called).toMatchObject({ status: 200, text: '{"input_tokens":4}' });
});
