import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { httpServer } from "../test/http-server.ts";
import { serveProxy } from "./serve-proxy.ts";

const started = (): boolean => true;

async function behindProxy(
  upstream: RequestListener,
  limits: { readonly responseTimeoutMs?: number; readonly transferTimeoutMs?: number } = {},
  isStarted = started,
) {
  const server = await httpServer(upstream);
  const proxy = await httpServer(
    serveProxy({ mode: "proxy", baseUrl: server.url, checkStart: started, ...limits }, isStarted),
  );
  return {
    url: proxy.url,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Without fetch, which unpacks what is compressed. */
async function plainly(url: string, headers: Record<string, string> = {}) {
  const sent = httpRequest(url, { headers }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return { response, body: Buffer.concat(parts) };
}

test("method, path, headers, body and status are passed on, and hop-by-hop headers are not", async () => {
  await using proxy = await behindProxy((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.writeHead(418, "Odd", { "x-own": "yes", "set-cookie": ["a=1", "b=2"] });
      response.end(JSON.stringify({ method, url, body, headers }));
    });
  });
  const answer = await fetch(`${proxy.url}/api/tags?x=%2F&x=2`, {
    method: "PUT",
    headers: { "x-mine": "1", authorization: "Bearer sk" },
    body: "given",
  });
  expect([answer.status, answer.headers.get("x-own"), answer.headers.getSetCookie()]).toEqual([
    418,
    "yes",
    ["a=1", "b=2"],
  ]);
  expect(await answer.json()).toMatchObject({
    method: "PUT",
    url: "/api/tags?x=%2F&x=2",
    body: "given",
    headers: { "x-mine": "1", authorization: "Bearer sk" },
  });
});

test.each(["content-length", "transfer-encoding"])(
  "a caller cannot have %s forgotten, and a second request made of the body",
  async (name) => {
    const asked: string[] = [];
    await using proxy = await behindProxy((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().on("end", () => response.end());
    });
    const hidden = "DELETE /hidden HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
    const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const [framing, body] = name === "content-length" ? [hidden.length, hidden] : ["chunked", chunk];
    const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
    socket.write(
      `GET /seen HTTP/1.1\r\nhost: localhost\r\nconnection: close, ${name}\r\n${name}: ${framing}\r\n\r\n`,
    );
    socket.write(body);
    await once(socket.resume(), "close");
    expect(asked).toEqual(["GET /seen"]);
  },
);

test("what is compressed stays so, byte by byte", async () => {
  const packed = gzipSync("a".repeat(10_000));
  await using proxy = await behindProxy((request, response) => {
    expect(request.headers["accept-encoding"]).toBe("gzip");
    response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
  });
  const { response, body } = await plainly(`${proxy.url}/v1/models`, { "accept-encoding": "gzip" });
  expect([response.headers["content-encoding"], response.headers["content-length"]]).toEqual([
    "gzip",
    String(packed.length),
  ]);
  expect(body.equals(packed)).toBe(true);
});

test("a stream is passed on as it comes", async () => {
  const next = Promise.withResolvers<undefined>();
  await using proxy = await behindProxy((_, response) => {
    response.write("data: 1\n\n");
    void next.promise.then(() => response.end("data: 2\n\n"));
  });
  const reader = (await fetch(`${proxy.url}/v1/x`)).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("data: 1\n\n");
  next.resolve(undefined);
  expect((await reader?.read())?.value).toBe("data: 2\n\n");
});

test("a caller that goes away ends the request at the server", async () => {
  const closed = Promise.withResolvers<undefined>();
  const asked = Promise.withResolvers<undefined>();
  await using proxy = await behindProxy((_, response) => {
    response.on("close", () => closed.resolve(undefined));
    asked.resolve(undefined);
  });
  const sent = httpRequest(`${proxy.url}/v1/x`).on("error", () => undefined);
  sent.end();
  await asked.promise;
  sent.destroy();
  await closed.promise;
});

test("a server that does not begin to answer in time is told by 408", async () => {
  await using proxy = await behindProxy(() => undefined, { responseTimeoutMs: 5 });
  const answer = await fetch(`${proxy.url}/v1/x`);
  expect(answer.status).toBe(408);
  expect(await answer.json()).toMatchObject({ error: { code: "response_timeout" } });
});

test("an answer that takes too long breaks off", async () => {
  await using proxy = await behindProxy((_, response) => void response.write("begun"), {
    transferTimeoutMs: 5,
  });
  const answer = await fetch(`${proxy.url}/v1/x`);
  await expect(answer.text()).rejects.toThrow();
});

test("an answer that the server breaks off is broken off", async () => {
  await using proxy = await behindProxy((_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("part", () => response.destroy());
  });
  await expect(fetch(`${proxy.url}/v1/x`).then((answer) => answer.text())).rejects.toThrow();
});

test("a server that is not there is told by 502", async () => {
  const gone = await httpServer(() => undefined);
  await gone[Symbol.asyncDispose]();
  await using proxy = await httpServer(
    serveProxy({ mode: "proxy", baseUrl: gone.url, checkStart: started }, started),
  );
  expect((await fetch(`${proxy.url}/v1/x`)).status).toBe(502);
});

test("until the server has started, callers are told to come again, and health says so", async () => {
  await using proxy = await behindProxy(
    (_, response) => void response.end("there"),
    {},
    () => false,
  );
  const answer = await fetch(`${proxy.url}/v1/x`);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await fetch(`${proxy.url}/healthcheck`)).status).toBe(503);
});
