import { connect } from "node:net";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LlamaHost } from "./core/host.ts";
import { openLlama } from "./core/open-llama.ts";
import { serveLlamaCpp } from "./serve-llama-cpp.ts";
import { ask, clientOf, pilotConfig, startEngine, streamedText, type TestEngine } from "./test/engine.ts";

const chat = "/v1/chat/completions";

let engine: TestEngine;
let host: LlamaHost;
beforeAll(async () => {
  host = await openLlama(pilotConfig());
  engine = await startEngine(pilotConfig(), { open: () => Promise.resolve(host) });
});
afterAll(() => engine.close());

/** Waits for a condition, not for time; gives up after a while. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 5000; performance.now() < deadline;)
    if (await condition()) return;
    else await new Promise((resolve) => setTimeout(resolve, 2));
  throw new Error(`never: ${what}`);
}

describe("while the model loads", () => {
  test("health tells how far it is, everything else is refused, and then both change", async () => {
    const directory = await mkdtemp(join(tmpdir(), "berth-loading-"));
    const socketPath = join(directory, "engine.sock");
    const gate = Promise.withResolvers<void>();
    const server = await serveLlamaCpp({
      config: pilotConfig(),
      listen: { socketPath },
      log: () => {},
      open: async (_, { onProgress }) => {
        onProgress?.({ message: "loading pilot", fraction: 0.4 });
        await gate.promise;
        return { ...host, facts: host.facts, close: () => Promise.resolve() };
      },
    });
    const client = clientOf(socketPath);
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    await until(async () => (await client.get("/health")).json.progress.fraction === 0.4, "40 %");
    const loading = await client.get("/health");
    expect([loading.status, loading.json]).toEqual([
      503,
      {
        status: "loading",
        progress: { message: "loading pilot", fraction: 0.4 },
        contextTokens: null,
        parallel: null,
      },
    ]);
    const early = await client.post(chat, ask("Hi"));
    expect([early.status, early.json.error.code]).toEqual([503, "service_unavailable"]);
    expect(early.json.error.message).toContain("40 %");
    gate.resolve();
    await server.ready;
    const ready = await client.get("/health");
    expect([ready.status, ready.json]).toEqual([
      200,
      { status: "ready", progress: null, contextTokens: 512, parallel: 4 },
    ]);
    await server.close();
    await rm(directory, { recursive: true });
  });

  test("a model that cannot be loaded is told by `ready`, and an old socket is no hindrance", async () => {
    const directory = await mkdtemp(join(tmpdir(), "berth-loading-"));
    const socketPath = join(directory, "engine.sock");
    const open = (): Promise<LlamaHost> => Promise.reject(new BerthError("invalid_request", "broken file"));
    for (let round = 0; round < 2; round++) {
      const server = await serveLlamaCpp({ config: pilotConfig(), listen: { socketPath }, open });
      await expect(server.ready).rejects.toThrow("broken file");
      await server.close();
    }
    await rm(directory, { recursive: true });
  });
});

test("a port of this machine serves as well", async () => {
  const server = await serveLlamaCpp({
    config: pilotConfig(),
    listen: { port: 0 },
    log: () => {},
    open: () => Promise.resolve({ ...host, facts: host.facts, close: () => Promise.resolve() }),
  });
  await server.ready;
  expect((await fetch(`http://127.0.0.1:${server.address}/v1/models`)).status).toBe(200);
  await server.close();
});

describe("models", () => {
  test("are one, by the name the service has", async () => {
    const { json } = await engine.get("/v1/models");
    expect(json).toEqual({
      object: "list",
      data: [
        {
          id: "berth/pilot",
          object: "model",
          created: expect.any(Number),
          owned_by: "berth",
          max_model_len: 512,
        },
      ],
    });
    expect((await engine.get("/v1/models/berth/pilot")).json).toEqual(json.data[0]);
    expect((await engine.get("/v1/models/berth%2Fpilot")).json).toEqual(json.data[0]);
  });

  test("are not others", async () => {
    const { status, json } = await engine.get("/v1/models/gpt-4");
    expect([status, json.error.code, json.error.message]).toEqual([
      404,
      "model_not_found",
      'there is no model "gpt-4" here; there is "berth/pilot"',
    ]);
  });
});

describe("bad requests", () => {
  test.each([
    ["a path that there is not", "/v1/images", {}, 404, "not_found"],
    ["JSON that breaks off", chat, Buffer.from('{"messages":'), 400, "invalid_json"],
    ["nothing", chat, Buffer.alloc(0), 400, "invalid_json"],
    ["bytes that are no UTF-8", chat, Buffer.from([0x22, 0xff, 0x22]), 400, "invalid_json"],
    ["a body that is no object", chat, [1], 400, "invalid_request"],
    ["a body over the limit", chat, Buffer.alloc(33 * 2 ** 20, 0x20), 413, "payload_too_large"],
  ])("%s", async (_, path, body, status, code) => {
    const reply = await engine.post(path, body);
    expect([reply.status, reply.json.error.code]).toEqual([status, code]);
  });

  test("a body over the limit whose size was not told", async () => {
    const head = `POST ${chat} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const piece = `100000\r\n${" ".repeat(0x100000)}\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(engine.socketPath);
      socket.on("data", (data: Buffer) => {
        text += data.toString();
        if (text.includes("\r\n\r\n")) resolve(text);
      });
      // the server stops reading and hangs up: writing on fails
      socket.on("error", () => (text === "" ? undefined : resolve(text)));
      socket.on("close", () => (text === "" ? reject(new Error("no answer")) : resolve(text)));
      socket.write(head + piece.repeat(33));
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain("payload_too_large");
  });

  test("the wrong method, with the right one", async () => {
    const { status, headers, json } = await engine.get(chat);
    expect([status, headers.allow, json.error.code]).toEqual([405, "POST", "method_not_allowed"]);
  });

  test("leave the next request unharmed", async () => {
    expect((await engine.post(chat, ask("What is Berth?"))).status).toBe(200);
  });
});

describe("clients who leave", () => {
  /** A host that tells when its generations end. */
  async function watched(): Promise<{ engine: TestEngine; running: () => number }> {
    let running = 0;
    const watching: LlamaHost = Object.assign(Object.create(host) as LlamaHost, {
      facts: host.facts,
      promptOf: host.promptOf.bind(host),
      prepare: async (request: Parameters<LlamaHost["prepare"]>[0]) => {
        const generation = await host.prepare(request);
        return {
          run: async (...args: Parameters<typeof generation.run>) => {
            running++;
            try {
              return await generation.run(...args);
            } finally {
              running--;
            }
          },
        };
      },
      close: () => Promise.resolve(),
    });
    return {
      engine: await startEngine(pilotConfig(), { open: () => Promise.resolve(watching) }),
      running: () => running,
    };
  }

  test.each([
    ["in the middle of a stream", { stream: true }],
    ["while an answer is written that is sent whole", {}],
  ])("%s: the work ends within 100 ms, also of those who wait in line", { retry: 2 }, async (_, more) => {
    const { engine: own, running } = await watched();
    const leaving = new AbortController();
    // longer than the test: it never ends by itself
    const endless = {
      ...ask("Tell me a story.", { max_tokens: 400, ...more }),
      response_format: {
        type: "json_schema",
        json_schema: {
          name: "s",
          schema: {
            type: "array",
            items: { type: "array", items: { type: "integer" }, minItems: 900 },
            minItems: 900,
          },
        },
      },
    };
    const requests = Array.from({ length: 6 }, () =>
      own.post(chat, endless, { signal: leaving.signal }).catch(() => {}),
    );
    await until(() => running() === 6, "six under way");
    leaving.abort();
    const leftAt = performance.now();
    await until(() => running() === 0, "all ended");
    expect(performance.now() - leftAt).toBeLessThan(100);
    await Promise.all(requests);
    expect(
      (await own.post(chat, ask("What is Berth?", { max_tokens: 3 }))).json.choices[0].message.content,
    ).toBe("Berth runs open");
    await own.close();
  });
});

describe("many streams", () => {
  test("eight at once on four sequences say what each says alone", async () => {
    const questions = [
      "What is Berth?",
      "Who are you?",
      "What is a GPU?",
      "What is Slurm?",
      "What is SSH?",
      "What is rain?",
      "What is a CPU?",
      "Count to ten.",
    ];
    const alone: string[] = [];
    for (const question of questions)
      alone.push((await engine.post(chat, ask(question))).json.choices[0].message.content);
    const together = await Promise.all(
      questions.map((question) => engine.post(chat, ask(question, { stream: true }))),
    );
    expect(together.map((reply) => streamedText(reply))).toEqual(alone);
  });
});

describe("an error in the middle", () => {
  const failingHost = (after: number): LlamaHost =>
    Object.assign(Object.create(host) as LlamaHost, {
      facts: host.facts,
      promptOf: host.promptOf.bind(host),
      prepare: () =>
        Promise.resolve({
          run: async (onText: (text: string, tokens: []) => void) => {
            for (let count = 0; count < after; count++) onText("word ", []);
            await new Promise((resolve) => setImmediate(resolve));
            throw new Error("out of memory");
          },
        }),
      close: () => Promise.resolve(),
    });

  test("of a stream is told as an event, and the transfer is broken: no clean end", async () => {
    const failing = await startEngine(pilotConfig(), { open: () => Promise.resolve(failingHost(2)) });
    const { status, events, text, broken } = await failing.post(chat, ask("Hi", { stream: true }));
    expect([status, broken]).toEqual([200, true]);
    expect(text).toContain('"content":"word "');
    expect(events.at(-1).error).toMatchObject({
      code: "internal",
      message: "the engine failed: out of memory",
    });
    expect(text).not.toContain("[DONE]");
    await failing.close();
  });

  test("of an answer that is sent whole is a 500", async () => {
    const lines: string[] = [];
    const failing = await startEngine(pilotConfig(), {
      open: () => Promise.resolve(failingHost(2)),
      log: (line) => lines.push(line),
    });
    const { status, json } = await failing.post(chat, ask("Hi"));
    expect([status, json.error.code]).toEqual([500, "internal"]);
    // the trace is for the log, not for the client
    expect(lines.join("\n")).toMatch(/out of memory\n\s+at /);
    await failing.close();
  });
});

test("closing ends what is in progress with an error, not as if it were whole", async () => {
  const own = await startEngine(pilotConfig());
  const started = Promise.withResolvers<void>();
  const reply = own.post(chat, ask("Tell me a story.", { stream: true }), {
    onData: (text) => void (text.includes("content") && started.resolve()),
  });
  await started.promise;
  await own.close();
  const { text, broken } = await reply;
  expect(broken || text.includes("[DONE]")).toBe(true);
});
