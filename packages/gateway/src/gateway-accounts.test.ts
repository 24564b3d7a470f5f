import { connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import type { KeyLimits, ProviderTarget } from "@berth/api";
import { type Clock, systemClock } from "@berth/std/clock";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatChunk,
  chatReply,
  done,
  eventStreamHead,
  json,
  usageChunk,
  type Script,
} from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, form, keys, provider, soon, startRig, upstream, type Rig } from "./gateway-rig.ts";
import { LimitBook } from "./key-limits/limit-book.ts";
import type { Principal, Usage } from "./ports.ts";

const chat = { model: "chat", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
const price = { inputPerMillion: 1000, outputPerMillion: 10_000, cachedInputPerMillion: 100 };
const usage = {
  prompt_tokens: 20,
  completion_tokens: 5,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 10 },
};
const counted: Script = json({ object: "chat.completion", choices: [], usage });

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly book: LimitBook;
  readonly asked: () => number;
  readonly url: string;
  readonly clock: ReturnType<typeof clockAhead>;
}

async function world(
  limits: KeyLimits,
  script: Script = counted,
  more: Partial<Principal> = {},
): Promise<World> {
  const server = await startFakeModelServer({ script: () => script });
  const book = new LimitBook();
  book.setLimits("limited", limits, Date.now());
  const principal: Principal = {
    keyId: "limited",
    scopes: ["inference"],
    models: null,
    limits,
    logBodies: false,
    ...more,
  };
  const clock = clockAhead();
  const rig = await startRig({ principal, keyLimits: book, clock });
  rig.routes.route("chat", [provider({ url: server.url, price })]);
  return {
    rig,
    book,
    asked: () => server.received.length,
    url: server.url,
    clock,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

test.each<
  [why: string, status: number, limits: KeyLimits, more: Partial<Principal>, path: string, body: object]
>([
  ["that is not the key's to call", 403, {}, { models: ["other"] }, "/v1/chat/completions", chat],
  ["over a limit", 429, { tokensPerMinute: 1 }, {}, "/v1/chat/completions", chat],
  ["in a request that cannot be said there", 400, {}, {}, "/v1/messages", { ...chat, mcp_servers: [{}] }],
])("a made-up name %s is in the ledger with the route that took it", async (_why, ...given) => {
  const [status, limits, more, path, body] = given;
  await using here = await world(limits, counted, more);
  const route = here.rig.routes.snapshot().routes.get("chat");
  here.rig.routes.change({ routes: new Map(), fallback: route });
  const called = await call(here.rig.port, { path, body: { ...body, model: "made-up" } });
  expect(called.status).toBe(status);
  expect(await eventually(() => here.rig.usage[0], "it is recorded")).toMatchObject({
    model: "made-up",
    route: "chat",
    upstreamModel: undefined,
    outcome: "error",
  });
  expect(here.asked()).toBe(0);
});

test("the ledger has tokens, what was cached of them, and what they cost", async () => {
  await using given = await world({});
  await call(given.rig.port, { body: chat });
  expect(await eventually(() => given.rig.usage[0], "it is recorded")).toMatchObject({
    tokens: { inputTokens: 20, outputTokens: 5, cachedTokens: 10 },
    tokensFrom: "upstream",
    // 10 at 1000, 10 at 100, 5 at 10000 for a million
    costUsd: 0.061,
    gpuSeconds: undefined,
  });
});

test("a service's GPU-seconds are in it", async () => {
  await using server = await startFakeModelServer({
    script: () => [{ do: "sleep", ms: 50 }, ...chatReply("Hi")],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url, gpus: 4 })] });
  await call(rig.port, { body: { ...chat, model: "pilot" } });
  const { gpuSeconds } = await eventually(() => rig.usage[0], "it is recorded");
  expect(gpuSeconds).toBeGreaterThanOrEqual(0.2);
  expect(gpuSeconds).toBeLessThan(4);
});

/** The time, and some seconds more. */
function clockAhead(): Clock & { aheadMs: number } {
  return {
    ...systemClock,
    aheadMs: 0,
    monotonic() {
      return systemClock.monotonic() + this.aheadMs;
    },
  };
}

test("while a body is still on its way, no service is busy with it", async () => {
  await using server = await startFakeModelServer({ script: () => chatReply("Hi") });
  const clock = clockAhead();
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url, gpus: 1 })],
    clock,
    isFast: false,
  });
  const body = JSON.stringify({ ...chat, model: "pilot" });
  const socket = connect(rig.port, "127.0.0.1");
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.any}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await eventually(() => rig.gateway.inFlight === 1, "it has begun");
  clock.aheadMs = 20_000;
  socket.write(body);
  const { gpuSeconds, durationMs } = await eventually(() => rig.usage[0], "it is recorded");
  socket.destroy();
  expect(durationMs).toBeGreaterThanOrEqual(20_000);
  expect(gpuSeconds).toBeLessThan(20);
});

test("a stream that its client leaves is charged by what had come", async () => {
  const words = Array.from({ length: 40 }, () => chatChunk({ content: "word " })).join("");
  await using given = await world({}, [eventStreamHead, { do: "write", bytes: words }, { do: "stall" }]);
  const left = new AbortController();
  const called = call(given.rig.port, {
    body: { ...chat, stream: true },
    signal: left.signal,
    onPiece: () => left.abort(),
  });
  await called.catch(() => undefined);
  const row = await eventually(() => given.rig.usage[0], "it is recorded");
  expect(row).toMatchObject({ outcome: "client_closed", tokensFrom: "estimate" });
  expect(row.tokens.outputTokens).toBe(40);
  expect(row.costUsd).toBeGreaterThan(0.4);
});

/** What a caller has been charged who asked `url`, and left when `leaves` says so. */
async function charged(
  script: Script,
  {
    target = {},
    options = {},
    leaves = () => false,
  }: {
    readonly target?: Partial<ProviderTarget>;
    readonly options?: Parameters<typeof call>[1];
    /** Looked at with each piece, and when the upstream is asked. */
    readonly leaves?: (answer: string) => boolean;
  } = {},
): Promise<Usage> {
  const left = new AbortController();
  let answer = "";
  await using server = await startFakeModelServer({
    script: () => {
      if (leaves("")) left.abort();
      return script;
    },
  });
  await using rig = await startRig();
  rig.routes.route("chat", [
    provider({
      url: server.url,
      price,
      target: { ...target, ...(target.kind === "ollama" ? { url: server.url } : {}) },
    }),
  ]);
  const onPiece = (piece: Buffer): void => {
    answer += piece.toString();
    if (leaves(answer)) left.abort();
  };
  await call(rig.port, { body: chat, ...options, signal: left.signal, onPiece }).catch(() => undefined);
  return await eventually(() => rig.usage[0], "it is recorded");
}

const ollamaLine = (content: string, more: object = {}): string =>
  `${JSON.stringify({ model: "m", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", content }, done: false, ...more })}\n`;
const ollamaHead: Script[number] = {
  do: "head",
  status: 200,
  headers: { "content-type": "application/x-ndjson" },
};
const inputTokens = Math.ceil(JSON.stringify(chat).length / 4);

describe("a translated answer whose client leaves it is charged by what had come", () => {
  const script: Script = [
    ollamaHead,
    { do: "write", bytes: ollamaLine("word ").repeat(101) },
    { do: "stall" },
  ];
  test.for([
    ["OpenAI's", "/v1/chat/completions"],
    // in which usage stands first, and only fills its place
    ["Anthropic's", "/v1/messages"],
  ])("in %s words", async ([, path]) => {
    const options = { path: path!, body: { ...chat, stream: true } };
    const leaves = (answer: string): boolean => answer.split("word ").length > 101;
    const row = await charged(script, { target: { kind: "ollama" }, options, leaves });
    expect(row).toMatchObject({
      outcome: "client_closed",
      tokensFrom: "estimate",
      tokens: { outputTokens: 101 },
    });
    expect(row.costUsd).toBeGreaterThan(1);
  });
});

test("a translated answer that tells no usage is charged by its texts", async () => {
  const script = json({ model: "m", message: { role: "assistant", content: "four".repeat(9) }, done: true });
  expect(await charged(script, { target: { kind: "ollama" } })).toMatchObject({
    tokensFrom: "estimate",
    tokens: { inputTokens, outputTokens: 9 },
  });
});

test("Ollama asked in its own words is charged by its own counts", async () => {
  const last = ollamaLine("", { done: true, done_reason: "stop", prompt_eval_count: 11, eval_count: 200 });
  const script: Script = [
    ollamaHead,
    { do: "write", bytes: ollamaLine("word ").repeat(200) + last },
    { do: "end" },
  ];
  const row = await charged(script, { target: { kind: "ollama" }, options: { path: "/api/chat" } });
  expect(row).toMatchObject({ tokensFrom: "upstream", tokens: { inputTokens: 11, outputTokens: 200 } });
});

test("a client that leaves before its answer is charged for what was read", async () => {
  const row = await charged([{ do: "stall" }], { leaves: (answer) => answer === "" });
  expect(row).toMatchObject({
    outcome: "client_closed",
    tokensFrom: "estimate",
    tokens: { inputTokens, outputTokens: 0 },
  });
  expect(row.costUsd).toBeCloseTo(inputTokens / 1000, 9);
});

test("a packed answer is charged by what is in it", async () => {
  const answer = {
    choices: [{ message: { content: "word ".repeat(2000) } }],
    usage: { ...usage, completion_tokens: 2000 },
  };
  const script: Script = [
    { do: "head", status: 200, headers: { "content-type": "application/json", "content-encoding": "gzip" } },
    { do: "write", bytes: gzipSync(JSON.stringify(answer)) },
    { do: "end" },
  ];
  expect(await charged(script)).toMatchObject({ tokensFrom: "upstream", tokens: { outputTokens: 2000 } });
});

test.for([
  ["/v1/embeddings", { body: { model: "chat", input: "a text" } }],
  ["/v1/rerank", { body: { model: "chat", query: "a", documents: ["b"] } }],
  ["/v1/audio/speech", { body: { model: "chat", input: "a text" } }],
  ["/v1/images/generations", { body: { model: "chat", prompt: "a cat" } }],
  ["/v1/audio/transcriptions", form({ model: "chat" })],
] as const)(
  "nothing that has a price is free because its server counts nothing: %s",
  async ([path, options]) => {
    const row = await charged(json({ text: "hello" }), { options: { path, ...options } });
    expect(row).toMatchObject({ status: 200, tokensFrom: "estimate" });
    expect(row.costUsd).toBeGreaterThan(0);
  },
);

test("what is refused costs nothing", async () => {
  const row = await charged(json({ error: { message: "no" } }, 400));
  expect(row).toMatchObject({ tokensFrom: "none", costUsd: undefined });
});

describe("a key's limits", () => {
  test("are told with each answer, and refuse what is too much with when to come again", async () => {
    await using given = await world({ requestsPerMinute: 2, tokensPerMinute: 100_000 });
    const first = await call(given.rig.port, { body: chat });
    expect(first.headers).toMatchObject({
      "x-ratelimit-limit-requests": "2",
      "x-ratelimit-remaining-requests": "1",
      "x-ratelimit-limit-tokens": "100000",
    });
    await call(given.rig.port, { body: chat });
    const third = await call(given.rig.port, { body: chat });
    expect(third.status).toBe(429);
    expect(Number(third.headers["retry-after"])).toBeGreaterThan(0);
    // a client's limiter reads these of refusals above all
    expect(third.headers).toMatchObject({
      "x-ratelimit-limit-requests": "2",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "61s",
      "x-ratelimit-limit-tokens": "100000",
    });
    expect(JSON.parse(third.text)).toMatchObject({ error: { code: "rate_limited" } });
    expect(given.asked()).toBe(2);
  });

  // as slow as the machine is: nothing in it waits for a time, but for its end
  test("hold at 200 requests at once: the budget is not passed, and what is left can still be used", async () => {
    const budget = { period: "day", unit: "usd", amount: 3 } as const;
    const free = Promise.withResolvers<void>();
    await using given = await world({ budgets: [budget] }, [{ do: "wait", for: free.promise }, ...counted]);
    let refused = 0;
    const one = async (): Promise<number> => {
      const { status } = await call(given.rig.port, { body: chat });
      if (status === 429) refused += 1;
      // at most 100 tokens at 10000 for a million and the body's bytes are reserved for each: two at once
      if (refused === 198) free.resolve();
      return status;
    };
    const statuses = await Promise.all(Array.from({ length: 200 }, one));
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    await eventually(() => given.rig.usage.length === 200, "all are settled", 60_000);
    const [state] = given.book.budgets("limited", Date.now());
    expect(state?.reserved).toBe(0);
    expect(state?.spent).toBeCloseTo(2 * 0.061, 9);
    expect(state?.spent).toBeLessThanOrEqual(3);
    expect((await call(given.rig.port, { body: chat })).status).toBe(200);
  }, 120_000);

  test("stop at the budget, and say which and until when", async () => {
    await using given = await world({ budgets: [{ period: "day", unit: "tokens", amount: 150 }] });
    const called = await call(given.rig.port, { body: { ...chat, max_tokens: 1000 } });
    expect(called.status).toBe(429);
    expect(JSON.parse(called.text)).toMatchObject({ error: { code: "budget_exceeded" } });
    expect(given.asked()).toBe(0);
  });

  test("let an upload be heard that has more bytes than the minute has tokens", async () => {
    await using given = await world({ tokensPerMinute: 100_000 }, json({ text: "hello" }));
    const upload = form({ model: "chat" }, { file: Buffer.alloc(300_000) });
    const called = await call(given.rig.port, { path: "/v1/audio/transcriptions", ...upload });
    expect(called.status).toBe(200);
  });

  test("reserve no answer for who only has tokens counted", async () => {
    await using given = await world({ tokensPerMinute: 1000 }, json({ input_tokens: 3 }));
    given.rig.routes.route("chat", [provider({ url: given.url, target: { kind: "anthropic" } })]);
    const { max_tokens: _, ...body } = chat;
    const called = await call(given.rig.port, { path: "/v1/messages/count_tokens", body });
    expect([called.status, called.text]).toEqual([200, '{"input_tokens":3}']);
    expect(await eventually(() => given.rig.usage[0], "it is recorded")).toMatchObject({
      tokensFrom: "none",
    });
  });

  test("end a stream that runs on until the budget of GPU time is used up", async () => {
    const limits: KeyLimits = { budgets: [{ period: "day", unit: "gpu-seconds", amount: 1000 }] };
    await using given = await world(limits, [
      eventStreamHead,
      { do: "write", bytes: chatChunk({ content: "on and" }) },
      { do: "stall" },
    ]);
    given.rig.routes.route("chat", [upstream({ url: given.url, gpus: 1 })]);
    const called = call(given.rig.port, {
      body: { ...chat, stream: true },
      // 900 were reserved
      onPiece: () => (given.clock.aheadMs = 1_100_000),
    });
    const { text, complete } = await called;
    expect(text).toContain("budget_exceeded");
    expect(complete).toBe(false);
    const row = await eventually(() => given.rig.usage[0], "it is recorded");
    expect(row).toMatchObject({ outcome: "error", errorCode: "budget_exceeded" });
    const [state] = given.book.budgets("limited", Date.now());
    expect(state).toMatchObject({ reserved: 0 });
  });

  test("of dollars are not for what has no price", async () => {
    await using given = await world({ budgets: [{ period: "day", unit: "usd", amount: 3 }] });
    given.rig.routes.route("chat", [provider()]);
    const called = await call(given.rig.port, { body: chat });
    expect(called.status).toBe(403);
    expect(called.text).toContain("--price-in");
  });

  test("count requests under way, and only those", async () => {
    const free = Promise.withResolvers<void>();
    await using given = await world({ parallel: 1 }, [{ do: "wait", for: free.promise }, ...counted]);
    const first = call(given.rig.port, { body: chat });
    await eventually(() => given.asked() === 1, "it is asked");
    expect((await call(given.rig.port, { body: chat })).status).toBe(429);
    free.resolve();
    expect((await first).status).toBe(200);
    await eventually(() => given.rig.usage.length === 2, "both are settled");
    expect((await call(given.rig.port, { body: chat })).status).toBe(200);
  });

  test("count a stream until its last event, however late its server ends the transfer", async () => {
    const open: Script = [eventStreamHead, { do: "write", bytes: chatChunk({}) + done }, { do: "stall" }];
    await using given = await world({ parallel: 1 }, open);
    for (let count = 0; count < 2; count += 1) {
      const called = await soon(call(given.rig.port, { body: { ...chat, stream: true } }), "it ends");
      expect(called).toMatchObject({ status: 200, complete: true });
    }
    expect(given.rig.usage).toMatchObject([{ outcome: "ok" }, { outcome: "ok" }]);
  });
});

describe("what was said is kept", () => {
  test("where the key says so, and nowhere else", async () => {
    await using given = await world({}, counted, { logBodies: true });
    await call(given.rig.port, { body: chat });
    const { bodies } = await eventually(() => given.rig.usage[0], "it is recorded");
    expect(bodies?.request).toBe(JSON.stringify(chat));
    expect(JSON.parse(bodies?.response ?? "")).toMatchObject({ usage });
    await using silent = await world({});
    await call(silent.rig.port, { body: chat });
    expect((await eventually(() => silent.rig.usage[0], "it is recorded")).bodies).toBeUndefined();
  });
});

describe("a route that remembers answers", () => {
  const cache = { ttlMs: 60_000, which: "deterministic" } as const;
  async function cached(script: Script = counted): Promise<World> {
    const given = await world({}, script);
    const [{ upstream: one } = { upstream: provider() }] = given.rig.routes
      .snapshot()
      .routes.get("chat")!.upstreams;
    given.rig.routes.route("chat", [one], { cache });
    return given;
  }
  const exact = { ...chat, temperature: 0 };

  test("gives the same again to the same request, for nothing", async () => {
    await using given = await cached();
    const body = { ...chat, temperature: 0 };
    const first = await call(given.rig.port, { body });
    const again = await call(given.rig.port, { body });
    expect(given.asked()).toBe(1);
    expect(again.text).toBe(first.text);
    expect(again.headers["x-berth-cache"]).toBe("hit");
    expect(await eventually(() => given.rig.usage[1], "it is recorded")).toMatchObject({
      cached: true,
      costUsd: 0,
      tokens: { outputTokens: 5 },
      tries: 0,
    });
  });

  test.for(["/v1/embeddings", "/api/embed"])("knows the vectors of a text by %s", async (path) => {
    const vectors = { object: "list", data: [{ object: "embedding", index: 0, embedding: [1] }], usage };
    await using given = await cached(json(vectors));
    const body = { model: "chat", input: "a" };
    const first = await call(given.rig.port, { path, body });
    expect((await call(given.rig.port, { path, body })).text).toBe(first.text);
    expect([first.status, given.asked()]).toEqual([200, 1]);
  });

  test("gives a stream again as a stream", async () => {
    const events = chatChunk({ content: "a" }) + usageChunk(1, 2) + done;
    await using given = await cached([eventStreamHead, { do: "write", bytes: events }, { do: "end" }]);
    const body = { ...chat, stream: true, seed: 1 };
    const first = await call(given.rig.port, { body });
    const again = await call(given.rig.port, { body });
    expect(given.asked()).toBe(1);
    expect(again.text).toBe(first.text);
    expect(again.headers["content-type"]).toContain("text/event-stream");
  });

  test.for([
    ["leaves something to chance", chat, counted],
    ["is refused", { ...chat, temperature: 0 }, json({ error: { message: "no" } }, 400)],
  ] as const)("asks anew what %s", async ([, body, script]) => {
    await using given = await cached(script);
    await call(given.rig.port, { body });
    await call(given.rig.port, { body });
    expect(given.asked()).toBe(2);
  });

  test("asks anew when it is pointed at somebody else", async () => {
    await using given = await cached();
    await call(given.rig.port, { body: exact });
    await using other = await startFakeModelServer({ script: () => json({ choices: [], id: "other" }) });
    given.rig.routes.route("chat", [provider({ id: "other/chat", url: other.url })], { cache });
    expect((await call(given.rig.port, { body: exact })).text).toContain("other");
  });

  test("asks anew when the service has other adapters by now", async () => {
    await using given = await cached();
    for (const adapters of [undefined, "/a.gguf=1", "/a.gguf=0.5", "/a.gguf=1"]) {
      given.rig.routes.route("chat", [upstream({ url: given.url, adapters })], { cache });
      await call(given.rig.port, { body: exact });
    }
    expect(given.asked()).toBe(3);
  });

  test("asks anew what is asked for in another version", async () => {
    await using given = await cached();
    for (const beta of ["a", "b", "a"])
      await call(given.rig.port, { body: exact, headers: { "openai-beta": beta } });
    expect(given.asked()).toBe(2);
  });

  test("does not keep what is packed: who asks next may not know how to unpack it", async () => {
    const packed = gzipSync(JSON.stringify({ choices: [], usage }));
    await using given = await cached([
      {
        do: "head",
        status: 200,
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
      },
      { do: "write", bytes: packed },
      { do: "end" },
    ]);
    for (const _ of [1, 2]) {
      const { headers, bytes } = await call(given.rig.port, { body: exact });
      expect(headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(bytes).toString()).toContain("usage");
    }
    expect(given.asked()).toBe(2);
  });
});
