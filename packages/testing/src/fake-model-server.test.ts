import { expect, test } from "vitest";
import { startFakeModelServer } from "./fake-model-server.ts";
import { chatChunk, chatEvents, eventStreamHead, type Step } from "./fake-model-server-script.ts";

const post = (body: string, signal: AbortSignal | null = null): RequestInit => ({
  method: "POST",
  body,
  signal,
});

test("it answers a chat, streamed when asked for, and remembers what it was sent", async () => {
  await using server = await startFakeModelServer();
  const whole = await fetch(`${server.url}/v1/chat/completions`, post('{"stream":false}'));
  expect(await whole.json()).toMatchObject({ choices: [{ message: { content: "Hello there" } }] });
  const streamed = await fetch(`${server.url}/v1/chat/completions`, post('{"stream": true}'));
  expect(await streamed.text()).toBe(chatEvents(["Hello", " there"]).join(""));
  expect(server.received.map(({ method, url, body }) => [method, url, body.toString()])).toEqual([
    ["POST", "/v1/chat/completions", '{"stream":false}'],
    ["POST", "/v1/chat/completions", '{"stream": true}'],
  ]);
  expect(await server.received[1]!.answered).toBeGreaterThan(server.received[1]!.receivedAtMs);
});

test.each<[string, Step]>([
  ["a reset", { do: "reset" }],
  ["a close", { do: "close" }],
])("%s in the middle is seen as a broken answer", async (_fact, fault) => {
  const script: Step[] = [eventStreamHead, { do: "write", bytes: chatChunk({}) }, fault];
  await using server = await startFakeModelServer({ script: () => script });
  const response = await fetch(server.url, post("{}"));
  await expect(response.text()).rejects.toThrow();
});

test("it tells when the client leaves", async () => {
  await using server = await startFakeModelServer({ script: () => [eventStreamHead, { do: "stall" }] });
  const client = new AbortController();
  const response = await fetch(server.url, post("{}", client.signal));
  client.abort();
  expect(await server.received[0]!.aborted).toBeGreaterThan(0);
  await expect(response.text()).rejects.toThrow();
});

test("pieces are sent one by one", async () => {
  await using server = await startFakeModelServer({
    script: () => [eventStreamHead, { do: "write_pieces", bytes: "abc", pieceBytes: 1 }, { do: "end" }],
  });
  expect(await (await fetch(server.url, post("{}"))).text()).toBe("abc");
});
