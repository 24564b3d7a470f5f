import { expect, test } from "vitest";
import { eventsOf } from "./double-client.ts";
import type { Fault } from "./fault.ts";
import { startOpenAiDouble } from "./openai-double.ts";
import type { ProviderDouble } from "./provider-double.ts";

function stream(double: ProviderDouble, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${double.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer k" },
    body: JSON.stringify({
      model: "gpt-tiny",
      stream: true,
      messages: [{ role: "user", content: "né à Köln 🦊" }],
    }),
    signal,
  });
}

test.each<[string, Fault]>([
  ["a reset before the head", { kind: "reset", after: "nothing" }],
  ["a close before the head", { kind: "close", after: "nothing" }],
])("%s is no answer at all", async (_fact, fault) => {
  await using openai = await startOpenAiDouble({ fault: () => fault });
  await expect(stream(openai)).rejects.toThrow();
});

test.each<[string, Fault]>([
  ["a reset", { kind: "reset", after: 2 }],
  ["a close", { kind: "close", after: 2 }],
])("%s in the middle breaks the answer", async (_fact, fault) => {
  await using openai = await startOpenAiDouble({ fault: () => fault });
  await expect((await stream(openai)).text()).rejects.toThrow();
});

test("an early end is a whole answer without its last events", async () => {
  await using openai = await startOpenAiDouble({ fault: () => ({ kind: "end", after: 2 }) });
  expect(eventsOf(await (await stream(openai)).text())).toMatchObject([
    { choices: [{ delta: { role: "assistant" } }] },
    { choices: [{ delta: { content: "echo:" } }] },
  ]);
});

test("in pieces of a byte all arrives", async () => {
  await using openai = await startOpenAiDouble({ fault: () => ({ kind: "pieces", pieceBytes: 1 }) });
  const events = eventsOf(await (await stream(openai)).text());
  expect(events).toContainEqual(
    expect.objectContaining({ choices: [expect.objectContaining({ delta: { content: " 🦊" } })] }),
  );
  expect(events.at(-1)).toBe("[DONE]");
});

test("packed, all arrives and says that it is", async () => {
  await using openai = await startOpenAiDouble({ fault: () => ({ kind: "gzip" }) });
  const response = await stream(openai);
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(eventsOf(await response.text()).at(-1)).toBe("[DONE]");
});

test("a stall waits for the client, whose leaving is seen", async () => {
  await using openai = await startOpenAiDouble({ fault: () => ({ kind: "stall", after: 1 }) });
  const client = new AbortController();
  const response = await stream(openai, client.signal);
  client.abort();
  await expect(response.text()).rejects.toThrow();
  expect(await openai.received[0]?.aborted).toBeGreaterThan(0);
});

test("a fault may strike some requests and spare others", async () => {
  await using openai = await startOpenAiDouble({
    fault: (_request, index) => (index === 0 ? { kind: "reset", after: "nothing" } : undefined),
  });
  await expect(stream(openai)).rejects.toThrow();
  expect((await stream(openai)).status).toBe(200);
});
