import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@berth/client";
import { afterEach, expect, test } from "vitest";
import { nodeFetch } from "./node-fetch.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("it sends what it is given and gives what comes", async () => {
  const url = await listen((request, response) => {
    request.setEncoding("utf8").on("data", (body: string) => {
      response.writeHead(418, { "X-Kind": "teapot" });
      response.end(`${request.method} ${request.url} ${String(request.headers["x-a"])} ${body}`);
    });
  });
  const reply = await nodeFetch(`${url}/p?q=1`, { method: "PUT", headers: { "x-a": "b" }, body: "größer" });
  expect([reply.status, reply.headers.get("x-kind"), reply.headers.get("x-none")]).toEqual([
    418,
    "teapot",
    null,
  ]);
  let text = "";
  for await (const piece of reply.body as AsyncIterable<Buffer>) text += piece.toString();
  expect(text).toBe("PUT /p?q=1 b größer");
});

test("leaving a stream hangs up, so that the server stops its work", async () => {
  let left: () => void = () => {};
  const hungUp = new Promise<void>((resolve) => (left = resolve));
  const url = await listen((request, response) => {
    request.socket.on("close", left);
    response.write('data: {"type":"models"}\n\n');
  });
  for await (const _ of createClient({ baseUrl: url, fetch: nodeFetch }).streamEvents()) break;
  await hungUp;
});

test("aborting ends a call that waits for its answer", async () => {
  const url = await listen(() => undefined);
  const controller = new AbortController();
  const call = createClient({ baseUrl: url, fetch: nodeFetch }).listKeys({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
});

test("a body that breaks off is an error, not an end", async () => {
  const url = await listen((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{", () => response.destroy());
  });
  await expect(createClient({ baseUrl: url, fetch: nodeFetch }).listKeys()).rejects.toMatchObject({
    code: "connection_lost",
  });
});
