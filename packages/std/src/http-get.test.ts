import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createListener } from "node:net";
import { afterEach, expect, test } from "vitest";
import { httpGet } from "./http-get.ts";

const never = new AbortController().signal;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health?deep=1`);
}

test("path, headers, status and body are what they were", async () => {
  const url = await serve((request, response) => {
    response.writeHead(418).end(`${request.method} ${request.url} ${String(request.headers["x-secret"])} é`);
  });
  expect(await httpGet({ url }, { "x-secret": "s" }, never)).toEqual({
    status: 418,
    body: "GET /health?deep=1 s é",
  });
});

test("half an answer is none", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-length": 10 });
    response.write("half", () => response.destroy());
  });
  await expect(httpGet({ url }, {}, never)).rejects.toThrow("aborted");
});

test("an endless answer is given up", async () => {
  const url = await serve((_, response) => {
    response.write("x".repeat(2 * 1024 * 1024));
  });
  await expect(httpGet({ url }, {}, never)).rejects.toThrow("longer than");
});

test("who gives up says why", async () => {
  const url = await serve(() => undefined);
  const reason = new Error("enough");
  await expect(httpGet({ url }, {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  const soon = new AbortController();
  const answer = httpGet({ url }, {}, soon.signal);
  soon.abort(reason);
  await expect(answer).rejects.toBe(reason);
});

test("nobody there is an error that names what happened", async () => {
  const url = await serve(() => undefined);
  for (const close of closers.splice(0)) close();
  await expect(httpGet({ url }, {}, never)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("without the certificate that was told, not a byte of the request is sent", async () => {
  const heard: Buffer[] = [];
  const listener = createListener((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      heard.push(bytes);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  closers.push(() => void listener.close());
  const url = new URL(`https://127.0.0.1:${(listener.address() as AddressInfo).port}/health`);
  const asking = httpGet({ url, fingerprint: "0".repeat(64) }, { "x-secret": "told to nobody" }, never);
  await expect(asking).rejects.toThrow();
  // a TLS handshake, in which our words do not stand
  expect(Buffer.concat(heard)[0]).toBe(0x16);
  expect(Buffer.concat(heard).toString("latin1")).not.toContain("told to nobody");
});
