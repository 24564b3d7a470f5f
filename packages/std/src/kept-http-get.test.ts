import { X509Certificate } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openKeptHttpGet } from "./kept-http-get.ts";
import { certificate } from "./test/certificate.ts";

const never = new AbortController().signal;
const fingerprint = new X509Certificate(certificate.cert).fingerprint256.replaceAll(":", "").toLowerCase();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Place {
  readonly url: URL;
  readonly connections: Socket[];
  readonly server: Server;
}

/** Notes each connection once it is ready to be spoken on. */
async function serve(
  answer: RequestListener,
  how: "http" | "https" | { socket: string } = "http",
): Promise<Place> {
  const server = how === "https" ? createSecureServer(certificate, answer) : createServer(answer);
  const connections: Socket[] = [];
  server.on(how === "https" ? "secureConnection" : "connection", (socket: Socket) =>
    connections.push(socket),
  );
  await new Promise<void>((resolve) =>
    typeof how === "object" ? server.listen(how.socket, resolve) : server.listen(0, "127.0.0.1", resolve),
  );
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const scheme = how === "https" ? "https" : "http";
  const port = typeof how === "object" ? 1 : (server.address() as AddressInfo).port;
  return { url: new URL(`${scheme}://127.0.0.1:${port}/health`), connections, server };
}

function open() {
  const kept = openKeptHttpGet();
  closers.push(() => kept.close());
  return kept;
}

test("ten questions to one target take one connection", async () => {
  const { url, connections } = await serve((_, response) => response.end("fine"));
  const { get } = open();
  for (let asked = 0; asked < 10; asked += 1)
    expect(await get({ url }, {}, never)).toEqual({ status: 200, body: "fine" });
  expect(connections).toHaveLength(1);
});

test("over TLS, too: one handshake, and only with the certificate that was told", async () => {
  let asked = 0;
  const { url, connections } = await serve((_, response) => {
    asked += 1;
    response.end("fine");
  }, "https");
  const { get } = open();
  for (let count = 0; count < 5; count += 1) await get({ url, fingerprint }, {}, never);
  expect([asked, connections.length]).toEqual([5, 1]);
  const other = fingerprint.replace(/^./, (first) => (first === "0" ? "1" : "0"));
  await expect(get({ url, fingerprint: other }, {}, never)).rejects.toThrow("another certificate");
  expect(asked).toBe(5);
});

test("through a Unix socket, whatever the host in the address is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-kept-"));
  closers.push(() => void rm(folder, { recursive: true }));
  const socketPath = join(folder, "s");
  const { url, connections } = await serve((_, response) => response.end("fine"), { socket: socketPath });
  const { get } = open();
  await get({ url, socketPath }, {}, never);
  expect((await get({ url, socketPath }, {}, never)).body).toBe("fine");
  expect(connections).toHaveLength(1);
});

test("a connection that was closed meanwhile is opened anew", async () => {
  const { url, connections, server } = await serve((_, response) => response.end("fine"));
  const { get } = open();
  await get({ url }, {}, never);
  server.closeAllConnections();
  expect((await get({ url }, {}, never)).body).toBe("fine");
  expect(connections).toHaveLength(2);
});

test("one that breaks in the moment it is used is opened anew, once", async () => {
  let asked = 0;
  const { url } = await serve((request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.end("fine");
  });
  const { get } = open();
  await get({ url }, {}, never);
  expect((await get({ url }, {}, never)).body).toBe("fine");
  expect(asked).toBe(3);
});

test("who gives up says why, and takes the connection with him", async () => {
  const { promise: isAsked, resolve: tell } = Promise.withResolvers<void>();
  let asked = 0;
  const { url, connections } = await serve((_, response) => {
    asked += 1;
    if (asked === 2) tell();
    else response.end("fine");
  });
  const { get } = open();
  await get({ url }, {}, never);
  const soon = new AbortController();
  const answer = get({ url }, {}, soon.signal);
  await isAsked;
  soon.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  expect((await get({ url }, {}, never)).body).toBe("fine");
  expect(connections).toHaveLength(2);
});
