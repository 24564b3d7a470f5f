import { connect } from "node:net";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runnerSecretHeader } from "@berth/api";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { launchRunner, secret, until, type LaunchedRunner } from "./test/launched-runner.ts";

const serving = [...scriptedEngine, "--listen", "{socket}"];
let runner: LaunchedRunner;
let port: number;

beforeAll(async () => {
  runner = await launchRunner({ argv: serving });
  port = (await runner.phase("ready")).port ?? 0;
});
afterAll(() => runner[Symbol.asyncDispose]());

interface Echo {
  method: string;
  url: string;
  rawHeaders: string[];
  body: string;
}

/** Sends bytes as they are and resolves to all that comes back until the connection ends. */
function speak(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}

test("method, path, query, headers and body reach the engine as they were sent", async () => {
  const answer = await runner.call("/echo?a=%20b&c", { body: "\u00e9\0!", headers: { "X-Trace": "one" } });
  const echo = JSON.parse(answer.body) as Echo;
  expect(echo).toMatchObject({ method: "POST", url: "/echo?a=%20b&c", body: "\u00c3\u00a9\0!" });
  expect(echo.rawHeaders.join()).toContain("X-Trace,one");
});

test("the secret and the connection's own headers end at the runner", async () => {
  const headers = { "Keep-Alive": "timeout=9", TE: "trailers", Connection: "close, X-Mine", "X-Mine": "1" };
  const { body } = await runner.call("/echo", { headers });
  const names = (JSON.parse(body) as Echo).rawHeaders.map((name) => name.toLowerCase());
  for (const name of [runnerSecretHeader, "te", "x-mine", "timeout=9"]) expect(names).not.toContain(name);
  expect(body).not.toContain(secret);
});

test.each([
  ["without the secret", {}],
  ["with an empty one", { [runnerSecretHeader]: "" }],
  ["with one of the same length", { [runnerSecretHeader]: "x".repeat(secret.length) }],
  ["with one of more bytes than letters", { [runnerSecretHeader]: "\u00e9".repeat(secret.length) }],
])("a request %s is refused, whatever it asks", async (_, headers) => {
  for (const path of ["/echo", "/-/health"]) {
    const answer = await runner.call(path, { headers: { [runnerSecretHeader]: "", ...headers } });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "invalid_api_key", param: null } });
  }
});

test("the body of a request without the secret is neither awaited nor asked for", async () => {
  const head = "POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n";
  expect(await speak(`${head}\r\n`)).toMatch(/^HTTP\/1.1 401 /);
  const expecting = await speak(`${head}Expect: 100-continue\r\n\r\n`);
  expect(expecting).toMatch(/^HTTP\/1.1 401 /);
});

test("a caller who waits for 100 Continue is told to go on", async () => {
  const heard = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        `POST /sink HTTP/1.1\r\nHost: x\r\n${runnerSecretHeader}: ${secret}\r\nContent-Length: 5\r\n` +
          "Expect: 100-continue\r\nConnection: close\r\n\r\n",
      );
    });
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      if (text === "") socket.write("12345");
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
  expect(heard).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  expect(heard).toContain('{"bytes":5}');
});

test("a body without a length passes, and one of many megabytes", async () => {
  const body = Buffer.alloc(8 * 1024 * 1024, "x");
  expect((await runner.call("/sink", { body })).body).toBe(`{"bytes":${body.length}}`);
  const chunked = await runner.call("/sink", { body: "abc", headers: { "transfer-encoding": "chunked" } });
  expect(chunked.body).toBe('{"bytes":3}');
});

test("parts of an answer arrive as they are made", async () => {
  const gaps: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const asking = request({
      port,
      path: "/stream?count=4&every-ms=100",
      headers: { [runnerSecretHeader]: secret },
    });
    let last = 0;
    asking.on("error", reject);
    asking.on("response", (response) => {
      response.on("data", () => {
        const now = performance.now();
        if (last > 0) gaps.push(now - last);
        last = now;
      });
      response.on("end", resolve);
    });
    asking.end();
  });
  expect(gaps).toHaveLength(3);
  for (const gap of gaps) expect(gap).toBeGreaterThan(50);
});

test("the head of an answer does not wait for its body", async () => {
  await new Promise<void>((resolve, reject) => {
    const path = "/stream?count=2&every-ms=600000";
    const asking = request({ port, path, headers: { [runnerSecretHeader]: secret } });
    asking.on("error", reject);
    asking.on("response", (response) => {
      response.on("error", () => undefined);
      expect(response.headers["content-type"]).toBe("text/event-stream");
      asking.destroy();
      resolve();
    });
    asking.end();
  });
});

test.each(["/silence?one", "/stream?count=1000000&two"])(
  "a caller who leaves %s ends the engine's work",
  async (path) => {
    const asking = request({ port, path, headers: { [runnerSecretHeader]: secret } });
    asking.on("error", () => undefined);
    asking.end();
    await until("request under way", async () =>
      (await runner.call("/-/health")).body.includes('"inFlight":1') ? true : undefined,
    );
    const left = performance.now();
    asking.destroy();
    await runner.logged(`closed ${path}`);
    expect(performance.now() - left).toBeLessThan(1000);
  },
);

test("a caller who reads nothing more stops the engine", async () => {
  const mostBytes = 64 * 1024 * 1024;
  const asking = request({ port, path: "/flood", headers: { [runnerSecretHeader]: secret } });
  asking.on("error", () => undefined);
  asking.on("response", (response) => response.pause());
  asking.end();
  let last = { bytes: 0, unchanged: 0 };
  await until("flood that stands still", async () => {
    const { bytes } = JSON.parse((await runner.call("/flooded")).body) as { bytes: number };
    last = { bytes, unchanged: bytes > 0 && bytes === last.bytes ? last.unchanged + 1 : 0 };
    return last.unchanged > 10 || bytes > mostBytes ? true : undefined;
  });
  asking.destroy();
  expect(last.bytes).toBeLessThan(mostBytes);
});

test("an engine that hangs up before it answers is told as such, and lives on", async () => {
  const answer = await runner.call("/hang-up", { body: "x" });
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "upstream_failed" } });
  expect((await runner.call("/echo")).status).toBe(200);
});

test("an answer that ends with its connection is whole when the engine lives on", async () => {
  const answer = await runner.call("/stream?until-close&count=2");
  expect(answer).toMatchObject({ status: 200, complete: true, body: "data: 1\n\ndata: 2\n\n" });
});
