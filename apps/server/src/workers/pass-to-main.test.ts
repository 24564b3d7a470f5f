import { request as httpRequest, createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openMainSocket } from "./main-socket.ts";
import { passToMain } from "./pass-to-main.ts";

async function world(main: RequestListener) {
  const folder = await mkdtemp(join(tmpdir(), "berth-test-"));
  const socket = await openMainSocket(folder, main);
  const server: Server = createServer(passToMain(socket.path));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    socket,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await socket.close(0);
      await rm(folder, { recursive: true });
    },
  };
}

test("a request and its answer pass as they are, headers said twice too", async () => {
  await using given = await world(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.writeHead(201, "Made", [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    response.end(JSON.stringify([request.method, request.url, request.headers.host, body]));
  });
  const host = new URL(given.url).host;
  const answer = await fetch(`${given.url}/api/v1/keys?x=%20`, { method: "POST", body: "hello" });
  expect([answer.status, answer.statusText, answer.headers.getSetCookie()]).toEqual([
    201,
    "Made",
    ["a=1", "b=2"],
  ]);
  expect(await answer.json()).toEqual(["POST", "/api/v1/keys?x=%20", host, "hello"]);
});

test.for(["GET", "DELETE", "POST", "HEAD"])("a %s without a body has none", async (method) => {
  await using given = await world(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    response.writeHead(200, { "x-bytes": body.length }).end("text");
  });
  const answer = await fetch(given.url, { method });
  expect([answer.headers.get("x-bytes"), await answer.text()]).toEqual([
    "0",
    method === "HEAD" ? "" : "text",
  ]);
});

test("a body of unknown length arrives whole", async () => {
  await using given = await world(async (request, response) => {
    response.end(Buffer.concat(await request.toArray()).toString());
  });
  const text = await new Promise<string>((resolve, reject) => {
    const asked = httpRequest(given.url, { method: "POST" }, (answer) => {
      answer.toArray().then((pieces: Buffer[]) => resolve(Buffer.concat(pieces).toString()), reject);
    });
    asked.on("error", reject);
    asked.write("some ");
    asked.end("pieces");
  });
  expect(text).toBe("some pieces");
});

test("a stream comes as it is written, and its end when the client leaves reaches the other thread", async () => {
  const left = Promise.withResolvers<void>();
  await using given = await world((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": connected\n\n");
    response.once("close", left.resolve);
  });
  const leaving = new AbortController();
  const answer = await fetch(given.url, { signal: leaving.signal });
  const { value } = await answer.body!.getReader().read();
  expect(Buffer.from(value!).toString()).toBe(": connected\n\n");
  leaving.abort();
  await left.promise;
});

test("an answer that breaks off, breaks off", async () => {
  await using given = await world((_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("some");
    setImmediate(() => response.destroy());
  });
  await expect(fetch(given.url).then((answer) => answer.text())).rejects.toThrow();
});

test("when nobody answers there, the caller is told that the server stops", async () => {
  await using given = await world(() => undefined);
  await given.socket.close(0);
  expect((await fetch(given.url)).status).toBe(503);
});

test("a home with a long name has its socket elsewhere, and it is gone with the server", async () => {
  const home = `/home/${"x".repeat(100)}`;
  const socket = await openMainSocket(home, () => undefined);
  expect(socket.path).not.toContain("xx");
  await socket.close(0);
  expect(existsSync(dirname(socket.path))).toBe(false);
});
