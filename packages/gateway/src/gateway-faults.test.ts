import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatChunk,
  chatEvents,
  done,
  event,
  eventStreamHead,
  json,
  usageChunk,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import type { GatewayLimits } from "./limits.ts";
import { call, startRig, upstream, type Called } from "./gateway-rig.ts";

const chat = { model: "pilot", messages: [{ role: "user", content: "Hi" }] };
const stall: Step = { do: "stall" };
const reset: Step = { do: "reset" };
const close: Step = { do: "close" };
const jsonHead: Step = {
  do: "head",
  status: 200,
  headers: { "content-type": "application/json", "content-length": "100" },
};
const write = (bytes: string): Step => ({ do: "write", bytes });

async function ask(
  script: Script,
  stream: boolean,
  limits: Partial<GatewayLimits> = {},
): Promise<Called & { asked: number }> {
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })], limits });
  const called = await call(rig.port, { body: { ...chat, stream } });
  expect(rig.reported).toEqual([]);
  return { ...called, asked: server.received.length };
}

function errorIn(text: string): { code: string; message: string } {
  return (JSON.parse(text) as { error: { code: string; message: string } }).error;
}

/** What OpenAI's clients take from a stream: the data of each event. */
function eventsOf(text: string): string[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((part) => part.startsWith("data:"))
    .map((part) => part.replace(/^data: ?/, ""));
}

describe("before its head, an upstream that", () => {
  test.each<[string, Script, number, string]>([
    ["resets the connection is a 502", [reset], 502, "upstream_failed"],
    ["closes the connection is a 502", [close], 502, "upstream_failed"],
    [
      "sends two lengths is a 502",
      [{ do: "raw", bytes: "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab" }],
      502,
      "upstream_failed",
    ],
    [
      "speaks something else is a 502",
      [{ do: "raw", bytes: "220 mail.example ESMTP\r\n\r\n" }],
      502,
      "upstream_failed",
    ],
    ["says nothing is a 504", [stall], 504, "upstream_timeout"],
  ])("%s", async (_fact, script, status, code) => {
    for (const stream of [false, true]) {
      const called = await ask(script, stream, { firstByteMs: 60 });
      expect(called).toMatchObject({ status, complete: true, asked: 1 });
      expect(errorIn(called.text).code).toBe(code);
    }
  });

  test("cannot be reached is a 502 that names it", async () => {
    const server = await startFakeModelServer();
    await server.close();
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    const called = await call(rig.port, { body: chat });
    expect(called.status).toBe(502);
    expect(errorIn(called.text).message).toContain("`pilot`");
  });
});

describe("in the middle of a stream, an upstream that", () => {
  const begun: Script = [eventStreamHead, write(chatChunk({ content: "Hel" }))];
  test.each<[string, Script, string]>([
    ["resets the connection", [...begun, reset], "engine_died"],
    ["closes the connection", [...begun, close], "engine_died"],
    ["dies within an event", [...begun, write('data: {"choi'), reset], "engine_died"],
    ["ends cleanly but without [DONE]", [...begun, { do: "end" }], "engine_died"],
    ["says nothing more", [...begun, stall], "upstream_timeout"],
  ])("%s shows as an error event and a broken transfer", async (_fact, script, code) => {
    const called = await ask(script, true, { streamIdleMs: 60 });
    expect(called).toMatchObject({ status: 200, complete: false, asked: 1 });
    expect(errorIn(eventsOf(called.text).at(-1)!).code).toBe(code);
    expect(called.text).not.toContain("[DONE]");
  });
});

test.each<[string, Script, number, string]>([
  ["dies before the first token is a 502", [eventStreamHead, reset], 502, "engine_died"],
  ["says nothing after the head is a 504", [eventStreamHead, stall], 504, "upstream_timeout"],
])("a stream whose upstream %s", async (_fact, script, status, code) => {
  const called = await ask(script, true, { streamIdleMs: 60 });
  expect(called).toMatchObject({ status, complete: true, asked: 1 });
  expect(errorIn(called.text).code).toBe(code);
});

test("a stream that is slow to tell its first token begins without it, and can still fail as an event", async () => {
  const script = [eventStreamHead, { do: "sleep", ms: 1_200 }, reset] as const;
  const called = await ask(script, true);
  expect(called).toMatchObject({ status: 200, complete: false, asked: 1 });
  expect(errorIn(eventsOf(called.text).at(-1)!).code).toBe("engine_died");
});

test("usage that the client has not asked for is asked for, noted and taken out", async () => {
  const words = chatChunk({ content: "a" });
  const script: Script = [eventStreamHead, write(words + usageChunk(3, 4) + done), { do: "end" }];
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  expect((await call(rig.port, { body: { ...chat, stream: true } })).text).toBe(words + done);
  expect(JSON.parse(server.received[0]!.body.toString())).toEqual({
    ...chat,
    stream: true,
    stream_options: { include_usage: true },
  });
  const body = { ...chat, stream: true, stream_options: { include_usage: true } };
  expect((await call(rig.port, { body })).text).toBe(words + usageChunk(3, 4) + done);
  expect(server.received[1]!.body.toString()).toBe(JSON.stringify(body));
  expect(rig.usage.map(({ tokens }) => tokens.outputTokens)).toEqual([4, 4]);
});

describe("in the middle of an answer that is no stream, an upstream that", () => {
  test.each<[string, Script]>([
    ["resets the connection", [jsonHead, write('{"id":'), reset]],
    ["closes the connection", [jsonHead, write('{"id":'), close]],
    ["says nothing more", [jsonHead, write('{"id":'), stall]],
  ])("%s leaves a broken transfer", async (_fact, script) => {
    const called = await ask(script, false, { streamIdleMs: 60 });
    expect(called).toMatchObject({ status: 200, complete: false, asked: 1 });
    expect(called.text).not.toContain("error");
  });
});

test("an upstream that dies between the head and the body of an answer is a 502", async () => {
  const called = await ask([jsonHead, close], false);
  expect(called).toMatchObject({ status: 502, complete: true, asked: 1 });
  expect(errorIn(called.text).code).toBe("engine_died");
});

describe("passes through unchanged:", () => {
  const words = chatEvents(["Grüße ", "🚀🚀", " done"]).join("");
  test.each<[string, Script, string]>([
    [
      "characters cut in two",
      [eventStreamHead, { do: "write_pieces", bytes: words, pieceBytes: 7 }, { do: "end" }],
      words,
    ],
    [
      "a stream of single bytes",
      [eventStreamHead, { do: "write_pieces", bytes: words, pieceBytes: 1 }, { do: "end" }],
      words,
    ],
    [
      "CRLF line ends",
      [eventStreamHead, write(words.replaceAll("\n", "\r\n")), { do: "end" }],
      words.replaceAll("\n", "\r\n"),
    ],
    [
      "comments",
      [eventStreamHead, write(`: ping\n\n${words}: bye\n\n`), { do: "end" }],
      `: ping\n\n${words}: bye\n\n`,
    ],
    [
      "an error as the first event of a 200",
      [eventStreamHead, write(event({ error: { message: "no" } })), { do: "end" }],
      event({ error: { message: "no" } }),
    ],
    [
      "an error after some tokens",
      [
        eventStreamHead,
        write(chatChunk({ content: "a" }) + event({ error: { message: "no" } }) + done),
        { do: "end" },
      ],
      chatChunk({ content: "a" }) + event({ error: { message: "no" } }) + done,
    ],
    [
      "tool arguments in pieces",
      [eventStreamHead, write(chatChunk({ tool_calls: [{ index: 0 }] }) + done), { do: "end" }],
      chatChunk({ tool_calls: [{ index: 0 }] }) + done,
    ],
  ])("%s", async (_fact, script, text) => {
    const called = await ask(script, true);
    expect(called).toMatchObject({ status: 200, complete: true, text });
  });

  test("a refusal with Retry-After, asked for as a stream or not", async () => {
    for (const stream of [false, true]) {
      const called = await ask(json({ error: { message: "busy" } }, 429, { "retry-after": "3" }), stream);
      expect(called).toMatchObject({
        status: 429,
        complete: true,
        asked: 1,
        headers: { "retry-after": "3" },
      });
    }
  });

  test("a body of 10 MB, to a client that reads slowly", async () => {
    const called = await ask(json({ text: "é".repeat(5_000_000) }), false);
    expect(called).toMatchObject({ status: 200, complete: true });
    expect(called.bytes.length).toBe(10_000_000 + '{"text":""}'.length);
  });
});
